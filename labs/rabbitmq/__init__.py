"""RabbitMQ: how a message finds its queues (routing), is handed out (delivery), and outlives a crash (survival)."""

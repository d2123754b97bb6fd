// A share consumer (KIP-932) that does with each record what its value says, "accept", "release" or "reject". It waits
// 120 s for the first and ends when nothing has come for some seconds after the last. It prints every delivery: the value,
// and how often the broker says that it has delivered it.
//     java -cp 'jars/*' Deliveries.java 127.0.0.1:9092 group topic seconds

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

public class Deliveries {
    public static void main(String[] about) {
        Map<String, Object> settings = Map.of(
            "bootstrap.servers", about[0], "group.id", about[1], "share.acknowledgement.mode", "explicit");
        long patience = 120_000_000_000L;
        try (var consumer = new KafkaShareConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(about[2]));
            for (long last = System.nanoTime(); System.nanoTime() - last < patience; ) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    System.out.println(record.value() + " " + record.deliveryCount().orElse((short) 0));
                    consumer.acknowledge(record, AcknowledgeType.valueOf(record.value().toUpperCase()));
                    last = System.nanoTime();
                    patience = Long.parseLong(about[3]) * 1_000_000_000L;
                }
                consumer.commitSync();
            }
        }
    }
}

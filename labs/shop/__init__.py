"""The capstone's shop: one order on its way through the pieces of the course, on one clock."""

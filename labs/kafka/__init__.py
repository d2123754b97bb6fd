"""Kafka: how a consumer group shares partitions, as models that can be read, run and taken apart."""

from labs.kafka.assignors import ASSIGNORS, assignor_named, range_assign, round_robin_assign
from labs.kafka.capacity import Plan, capacity_plan
from labs.kafka.members import Assignment, Assignor, Member, Partition
from labs.kafka.real import NoRealGroup, compare, mock_cluster, real_group, static_members
from labs.kafka.server_assignors import server_range_assign, server_uniform_assign
from labs.kafka.sticky import cooperative_sticky_assign, sticky_assign

__all__ = [
    "ASSIGNORS",
    "Assignment",
    "Assignor",
    "Member",
    "NoRealGroup",
    "Partition",
    "Plan",
    "assignor_named",
    "capacity_plan",
    "compare",
    "cooperative_sticky_assign",
    "mock_cluster",
    "range_assign",
    "real_group",
    "round_robin_assign",
    "server_range_assign",
    "server_uniform_assign",
    "static_members",
    "sticky_assign",
]

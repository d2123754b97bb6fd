"""A consumer group: how its members share the partitions of the topics that they read."""

from labs.kafka.groups.assignors import ASSIGNORS, assignor_named, range_assign, round_robin_assign
from labs.kafka.groups.capacity import Plan, capacity_plan
from labs.kafka.groups.members import Assignment, Assignor, Member, Partition
from labs.kafka.groups.real import compare, real_group, static_members
from labs.kafka.groups.server_assignors import server_range_assign, server_uniform_assign
from labs.kafka.groups.sticky import cooperative_sticky_assign, sticky_assign
from labs.kafka.mock import mock_cluster

__all__ = [
    "ASSIGNORS",
    "Assignment",
    "Assignor",
    "Member",
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

"""A member of a group with kafka-python (see support/group_member.ts). Argument: what it is to join, as JSON."""

import json
import queue
import sys
import threading

from kafka import ConsumerRebalanceListener, KafkaConsumer
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

options = json.loads(sys.argv[1])
assignors = {
    "range": RangePartitionAssignor,
    "roundrobin": RoundRobinPartitionAssignor,
    "cooperative-sticky": CooperativeStickyAssignor,
}
consumer = KafkaConsumer(
    bootstrap_servers=options["bootstrap"],
    group_id=options["group"],
    group_instance_id=options.get("instanceId"),
    enable_auto_commit=False,
    auto_offset_reset="earliest",
    session_timeout_ms=options["sessionMs"],
    heartbeat_interval_ms=200,
    metadata_max_age_ms=500,
    partition_assignment_strategy=[assignors[options["assignor"]]],
)
commands = queue.Queue()
threading.Thread(target=lambda: [commands.put(line.strip()) for line in sys.stdin], daemon=True).start()


def emit(event):
    print(json.dumps(event), flush=True)


class Listener(ConsumerRebalanceListener):
    def on_partitions_revoked(self, revoked):
        # A cooperative assignor takes some, and may give none after that.
        if options["assignor"] == "cooperative-sticky" and revoked:
            emit({"event": "assigned", "partitions": sorted(each.partition for each in consumer.assignment() - set(revoked))})

    def on_partitions_assigned(self, assigned):
        emit({"event": "assigned", "partitions": sorted(each.partition for each in consumer.assignment())})


consumer.subscribe([options["topic"]], listener=Listener())
while True:
    polled = consumer.poll(timeout_ms=50)
    records = [[record.partition, record.offset, record.value.decode()] for each in polled.values() for record in each]
    if records:
        emit({"event": "records", "records": records})
    while not commands.empty():
        if commands.get() == "leave":
            consumer.close()
            sys.exit()
        consumer.commit()
        emit({"event": "committed"})

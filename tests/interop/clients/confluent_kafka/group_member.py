"""A member of a group with confluent-kafka (see support/group_member.ts). Argument: what it is to join, as JSON."""

import json
import queue
import sys
import threading

from confluent_kafka import Consumer, KafkaException

options = json.loads(sys.argv[1])
configs = {
    "bootstrap.servers": options["bootstrap"],
    "group.id": options["group"],
    "enable.auto.commit": False,
    "auto.offset.reset": "earliest",
    "session.timeout.ms": options["sessionMs"],
    "heartbeat.interval.ms": 200,
    "topic.metadata.refresh.interval.ms": 500,
    "partition.assignment.strategy": options["assignor"],
}
if options.get("instanceId"):
    configs["group.instance.id"] = options["instanceId"]
consumer = Consumer(configs)
commands = queue.Queue()
threading.Thread(target=lambda: [commands.put(line.strip()) for line in sys.stdin], daemon=True).start()


def emit(event):
    print(json.dumps(event), flush=True)


def assigned(consumer, partitions):
    # A cooperative assignor tells what comes on top.
    cooperative = options["assignor"] == "cooperative-sticky"
    before = [each.partition for each in consumer.assignment()] if cooperative else []
    if cooperative:
        consumer.incremental_assign(partitions)
    else:
        consumer.assign(partitions)
    emit({"event": "assigned", "partitions": sorted({*before, *(each.partition for each in partitions)})})


def revoked(consumer, partitions):
    if options["assignor"] != "cooperative-sticky":
        return
    consumer.incremental_unassign(partitions)
    gone = {each.partition for each in partitions}
    emit({"event": "assigned", "partitions": sorted(each.partition for each in consumer.assignment() if each.partition not in gone)})


consumer.subscribe([options["topic"]], on_assign=assigned, on_revoke=revoked)
while True:
    records = []
    for message in consumer.consume(100, timeout=0.05):
        if message.error():
            raise KafkaException(message.error())
        records.append([message.partition(), message.offset(), message.value().decode()])
    if records:
        emit({"event": "records", "records": records})
    while not commands.empty():
        if commands.get() == "leave":
            consumer.close()
            sys.exit()
        consumer.commit(asynchronous=False)
        emit({"event": "committed"})

"""Carries out the plan on standard input (see support/plan.ts) with confluent-kafka. Argument: bootstrap server."""

import base64
import json
import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

bootstrap = sys.argv[1]
admin = AdminClient({"bootstrap.servers": bootstrap})
# librdkafka wants a group's name even of a consumer that belongs to none.
consumer = Consumer(
    {
        "bootstrap.servers": bootstrap,
        "group.id": "none",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "fetch.message.max.bytes": 4 << 20,
        "check.crcs": True,
        "fetch.wait.max.ms": 100,
    }
)


def to_bytes(text):
    return None if text is None else base64.b64decode(text)


def to_text(data):
    return None if data is None else base64.b64encode(data).decode()


def produce(step):
    offsets = []

    def delivered(error, message):
        if error is not None:
            raise KafkaException(error)
        offsets.append(message.offset())

    before = consumer.get_watermark_offsets(partition_of(step), timeout=30)[1]
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "acks": step["acks"],
            "compression.type": step["codec"],
            "enable.idempotence": step["idempotent"],
            "message.max.bytes": 4 << 20,
            "queue.buffering.max.messages": 200_000,
            "linger.ms": 20,
        }
    )
    for record in step["records"]:
        producer.produce(
            step["topic"],
            partition=step["partition"],
            key=to_bytes(record["k"]),
            value=to_bytes(record["v"]),
            headers=[(name, to_bytes(value)) for name, value in record["h"]],
            timestamp=record["t"],
            on_delivery=delivered,
        )
    for i in range(step.get("generate", 0)):
        producer.produce(step["topic"], partition=step["partition"], value=b"r%d" % i, on_delivery=delivered)
    if producer.flush(30) != 0:
        raise RuntimeError("records are still in flight after 30 s")
    if step["acks"] != "0":
        return {"baseOffset": offsets[0]}
    # One that asked for no answer does not know when its records have left the process.
    written = before + len(step["records"]) + step.get("generate", 0)
    for _ in range(100):
        if consumer.get_watermark_offsets(partition_of(step), timeout=30)[1] >= written:
            break
        time.sleep(0.05)
    return {}


def fetch(step):
    start = consumer.get_watermark_offsets(partition_of(step))[0] if step["from"] == "earliest" else step["from"]
    consumer.assign([TopicPartition(step["topic"], step["partition"], start)])
    records, deadline = [], time.monotonic() + 30
    while len(records) < step["count"] and time.monotonic() < deadline:
        for message in consumer.consume(min(10_000, step["count"] - len(records)), timeout=0.5):
            if message.error():
                raise KafkaException(message.error())
            headers = [[name, to_text(value)] for name, value in message.headers() or []]
            records.append(
                [message.offset(), message.timestamp()[1], to_text(message.key()), to_text(message.value()), headers]
            )
    consumer.unassign()
    return {"records": records}


def partition_of(step):
    return TopicPartition(step["topic"], step["partition"])


def run(step):
    op, topic = step["op"], step.get("topic")
    if op == "createTopic":
        created = NewTopic(topic, step["partitions"], 1, config=step["configs"])
        admin.create_topics([created], operation_timeout=20)[topic].result(30)
        while len(admin.list_topics(topic, timeout=30).topics[topic].partitions) < step["partitions"]:
            time.sleep(0.05)
        return {}
    if op == "deleteTopic":
        admin.delete_topics([topic], operation_timeout=20)[topic].result(30)
        return {}
    if op == "topics":
        for _ in range(100):
            topics = list(admin.list_topics(timeout=30).topics)
            if step.get("without") not in topics:
                break
            time.sleep(0.1)
        return {"topics": topics}
    if op == "partitions":
        return {"partitions": len(admin.list_topics(topic, timeout=30).topics[topic].partitions)}
    if op == "produce":
        return produce(step)
    if op == "offsets":
        earliest, latest = consumer.get_watermark_offsets(partition_of(step), timeout=30)
        return {"earliest": earliest, "latest": latest}
    if op == "offsetForTime":
        asked = TopicPartition(topic, step["partition"], step["time"])
        offset = consumer.offsets_for_times([asked], timeout=30)[0].offset
        return {"offset": offset if offset >= 0 else -1}
    if op == "fetch":
        return fetch(step)
    raise ValueError(op)


print(json.dumps([run(step) for step in json.load(sys.stdin)]))
consumer.close()

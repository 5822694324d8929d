"""Carries out the plan on standard input (see support/plan.ts) with kafka-python. Argument: bootstrap server."""

import base64
import json
import sys
import time

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

bootstrap = sys.argv[1]
admin = KafkaAdminClient(bootstrap_servers=bootstrap)
consumer = KafkaConsumer(
    bootstrap_servers=bootstrap,
    group_id=None,
    enable_auto_commit=False,
    max_partition_fetch_bytes=4 << 20,
)


def to_bytes(text):
    return None if text is None else base64.b64decode(text)


def to_text(data):
    return None if data is None else base64.b64encode(data).decode()


def produce(step):
    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        acks=step["acks"] if step["acks"] == "all" else int(step["acks"]),
        compression_type=None if step["codec"] == "none" else step["codec"],
        enable_idempotence=step["idempotent"],
        max_request_size=4 << 20,
        linger_ms=20,
        retries=5,
    )
    at = {"topic": step["topic"], "partition": step["partition"]}
    sent = [
        producer.send(
            key=to_bytes(record["k"]),
            value=to_bytes(record["v"]),
            headers=[(name, to_bytes(value)) for name, value in record["h"]],
            timestamp_ms=record["t"],
            **at,
        )
        for record in step["records"]
    ]
    sent += [producer.send(value=b"r%d" % i, **at) for i in range(step.get("generate", 0))]
    producer.flush()
    answers = [each.get(timeout=30) for each in sent]
    producer.close()
    return {} if step["acks"] == "0" else {"baseOffset": answers[0].offset}


def fetch(step, partition):
    consumer.assign([partition])
    if step["from"] == "earliest":
        consumer.seek_to_beginning(partition)
    else:
        consumer.seek(partition, step["from"])
    records, deadline = [], time.monotonic() + 30
    while len(records) < step["count"] and time.monotonic() < deadline:
        for record in consumer.poll(timeout_ms=500).get(partition, []):
            headers = [[name, to_text(value)] for name, value in record.headers]
            records.append(
                [record.offset, record.timestamp, to_text(record.key), to_text(record.value), headers]
            )
    return {"records": records[: step["count"]]}


def run(step):
    op, topic = step["op"], step.get("topic")
    partition = TopicPartition(topic, step.get("partition", 0))
    if op == "createTopic":
        admin.create_topics(
            {topic: {"num_partitions": step["partitions"], "replication_factor": 1, "configs": step["configs"]}},
            wait_for_metadata=True,
        )
        return {}
    if op == "deleteTopic":
        admin.delete_topics([topic])
        return {}
    if op == "topics":
        for _ in range(100):
            topics = list(admin.list_topics())
            if step.get("without") not in topics:
                break
            time.sleep(0.1)
        return {"topics": topics}
    if op == "partitions":
        return {"partitions": len(admin.describe_topics([topic])[0]["partitions"])}
    if op == "produce":
        return produce(step)
    if op == "offsets":
        return {
            "earliest": consumer.beginning_offsets([partition])[partition],
            "latest": consumer.end_offsets([partition])[partition],
        }
    if op == "offsetForTime":
        found = consumer.offsets_for_times({partition: step["time"]})[partition]
        return {"offset": -1 if found is None else found.offset}
    if op == "fetch":
        return fetch(step, partition)
    raise ValueError(op)


print(json.dumps([run(step) for step in json.load(sys.stdin)]))

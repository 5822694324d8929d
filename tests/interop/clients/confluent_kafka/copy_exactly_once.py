"""Copies a topic in transactions with confluent-kafka, until it is killed; what goes wrong ends it (see exactly_once_test.ts).

Argument: what to copy, as JSON. It prints where it is, a word a line.
"""

import json
import os
import sys
import traceback

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

options = json.loads(sys.argv[1])
name, output = options["name"], options["output"]
consumer = Consumer(
    {
        "bootstrap.servers": options["bootstrap"],
        "group.id": name,
        "group.instance.id": name,
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "session.timeout.ms": 20_000,
        "fetch.wait.max.ms": 50,
    }
)
producer = Producer(
    {
        "bootstrap.servers": options["bootstrap"],
        "transactional.id": name,
        "linger.ms": 0,
        "transaction.timeout.ms": 20_000,
        "reconnect.backoff.max.ms": 100,
        "retry.backoff.ms": 20,
    }
)


def tell(word):
    print(word, flush=True)


try:
    producer.init_transactions(60)
    consumer.subscribe([options["input"]])
    tell("ready")
    while True:
        messages = consumer.consume(20, timeout=0.1)
        if not messages:
            continue
        producer.begin_transaction()
        tell("begun")
        offsets = {}
        for message in messages:
            if message.error():
                raise KafkaException(message.error())
            value = b"copy of " + message.value()
            producer.produce(output, partition=message.partition(), key=message.key(), value=value)
            offsets[message.partition()] = message.offset() + 1
        producer.flush()
        tell("sent")
        positions = [TopicPartition(options["input"], partition, offset) for partition, offset in offsets.items()]
        producer.send_offsets_to_transaction(positions, consumer.consumer_group_metadata(), 30)
        tell("offsets")
        producer.commit_transaction(30)
        tell("committed")
except BaseException:
    traceback.print_exc()
    os._exit(1)

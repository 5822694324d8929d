"""confluent-kafka for Python, which is librdkafka, under load (see bench/clients_compare.ts)."""

import json
import sys
import time

from confluent_kafka import Consumer, Producer

options = json.loads(sys.argv[1])
mode, topic, count, size = (options[name] for name in ("mode", "topic", "count", "size"))
WORDS = ["clicks", "orders", "europe", "42", "kafka", "segment", "offset", "batch"]


def values(number):
    seed, found = 1, []
    for _ in range(number):
        text = ""
        while len(text) < size:
            seed = (seed * 1_103_515_245 + 12_345) & 0xFFFF_FFFF
            text += f"{WORDS[seed >> 16 & 7]}{seed >> 20},"
        found.append(text[:size].encode())
    return found


def report(records, seconds, **more):
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(json.dumps({"rate": records / seconds, "residentMiB": peak / 1024, **more}))


def producer():
    return Producer(
        {
            "bootstrap.servers": options["bootstrap"],
            "compression.type": options["codec"],
            "linger.ms": 0 if mode == "latency" else 5,
            "queue.buffering.max.messages": 1_000_000,
        }
    )


if mode == "produce":
    pool = values(min(count, 4096))
    client = producer()
    client.produce(topic, pool[0])
    client.flush()
    start = time.perf_counter()
    for i in range(count):
        try:
            client.produce(topic, pool[i & 4095])
        except BufferError:
            client.poll(0.1)
            client.produce(topic, pool[i & 4095])
        if i & 1023 == 0:
            client.poll(0)
    client.flush()
    report(count, time.perf_counter() - start)
elif mode == "consume":
    consumer = Consumer(
        {
            "bootstrap.servers": options["bootstrap"],
            "group.id": options["group"],
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([topic])
    records, start = 0, None
    while records < count:
        messages = consumer.consume(5000, timeout=0.1)
        if messages and start is None:
            start = time.perf_counter()
        for message in messages:
            message.value()
        records += len(messages)
    report(records, time.perf_counter() - start)
    consumer.close()
else:
    client, pool, taken = producer(), values(1), []
    start = time.perf_counter()
    for i in range(count):
        due = start + i / options["rate"]
        while time.perf_counter() < due:
            client.poll(max(0, due - time.perf_counter()))
        sent = time.perf_counter()
        client.produce(
            topic, pool[0], on_delivery=lambda _error, _message, sent=sent: taken.append(time.perf_counter() - sent)
        )
    client.flush()
    taken = sorted(taken[count // 4 :])
    at = lambda share: taken[min(len(taken) - 1, int(len(taken) * share))] * 1000
    report(count, time.perf_counter() - start, p50=at(0.5), p99=at(0.99))

import { assertEquals } from "@std/assert";
import {
  type ProducerInterceptor,
  ProducerInterceptors,
} from "../../../client/producer/producer_interceptors.ts";
import type { RecordMetadata } from "../../../client/producer/record_metadata.ts";
import { CollectingLogger } from "../../support/manual_env.ts";
import { ProducedBroker } from "../../support/produced.ts";

Deno.test("interceptors see records in turn, and one that throws is passed over", () => {
  const logger = new CollectingLogger();
  const suffix = (text: string): ProducerInterceptor<string, string> => ({
    onSend: (record) => ({ ...record, value: `${record.value}${text}` }),
  });
  const broken: ProducerInterceptor<string, string> = {
    onSend() {
      throw new Error("mine");
    },
  };
  const interceptors = new ProducerInterceptors([suffix("1"), broken, {}, suffix("2")], logger);
  assertEquals(interceptors.onSend({ topic: "t", value: "v" }).value, "v12");
  assertEquals(logger.matching("An interceptor failed").length, 1);
});

Deno.test("a producer's interceptors change records, and hear what becomes of them", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const heard: [string, string | undefined, number][] = [];
  let isClosed = false;
  const producer = broker.producer({
    interceptorClasses: [{
      onSend: (record) => ({ ...record, value: `<${record.value}>` }),
      onAcknowledgement(metadata: RecordMetadata, error, headers) {
        heard.push([`${metadata}`, error?.message, headers.length]);
      },
      close: () => isClosed = true,
    }],
  });
  const headers = [{ key: "h", value: null }];
  const { offset } = await producer.send({ topic: "orders", value: "a", headers });
  await producer.send({ topic: "orders", partition: -1, value: "b" }).catch(() => {});
  await producer.close();
  assertEquals([offset, isClosed, await broker.values("orders")], [0, true, ["<a>"]]);
  assertEquals(heard, [
    ["orders-0@0", undefined, 1],
    [
      "orders--1@-1",
      "Invalid partition: -1. Partition number should always be non-negative or null.",
      0,
    ],
  ]);
});

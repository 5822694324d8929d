/**
 * A Kafka for the tests of those who use Kafka: a broker in the test's own process, in milliseconds and without Docker, that fails on order
 * and tells what it was asked.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TestBroker } from "@seglog/seglog/testing";
 *
 * await using broker = await TestBroker.start();
 * assertEquals(broker.bootstrapServers.startsWith("127.0.0.1:"), true);
 *
 * broker.faults.answer("NOT_LEADER_OR_FOLLOWER", { api: "Produce", topic: "orders", times: 2 });
 * broker.faults.delay(250, { api: "Fetch", clientId: "billing" });
 * broker.faults.drop({ api: "Produce", when: "after" }); // handled, but the answer is lost
 * assertEquals(broker.requests.matching({ api: "Produce" }), []);
 * ```
 *
 * A suite for a program that uses kafkajs, which it takes from npm itself:
 *
 * ```js ignore
 * import { Kafka } from "npm:kafkajs@2.2.4";
 * import { assert, assertEquals } from "jsr:@std/assert@1";
 * import { TestBroker } from "jsr:@seglog/seglog/testing";
 *
 * Deno.test("an order is sent again when the leader moves", async () => {
 *   await using broker = await TestBroker.start();
 *   const kafka = new Kafka({ clientId: "shop", brokers: [broker.bootstrapServers] });
 *   const producer = kafka.producer();
 *   await producer.connect();
 *   const fault = broker.faults.answer("NOT_LEADER_OR_FOLLOWER", { api: "Produce", topic: "orders" });
 *
 *   await producer.send({ topic: "orders", messages: [{ key: "42", value: "two chairs" }] });
 *
 *   assertEquals(fault.hits, 1);
 *   assertEquals(broker.requests.matching({ api: "Produce", clientId: "shop" }).length, 2);
 *   await producer.disconnect();
 * });
 *
 * Deno.test("a record is there once although its acknowledgement was lost", async () => {
 *   await using broker = await TestBroker.start();
 *   const kafka = new Kafka({ clientId: "shop", brokers: [broker.bootstrapServers] });
 *   const admin = kafka.admin();
 *   await admin.createTopics({ topics: [{ topic: "orders", numPartitions: 1 }] });
 *   const producer = kafka.producer({ idempotent: true });
 *   await producer.connect();
 *   broker.faults.drop({ api: "Produce", when: "after" });
 *
 *   await producer.send({ topic: "orders", messages: [{ value: "two chairs" }] });
 *
 *   const [{ high }] = await admin.fetchTopicOffsets("orders");
 *   assertEquals(high, "1");
 *   await Promise.all([producer.disconnect(), admin.disconnect()]);
 * });
 *
 * Deno.test("the program asks for no topic but its own", async () => {
 *   await using broker = await TestBroker.start();
 *   const kafka = new Kafka({ clientId: "shop", brokers: [broker.bootstrapServers] });
 *   const producer = kafka.producer();
 *   await producer.connect();
 *   await producer.send({ topic: "orders", messages: [{ value: "two chairs" }] });
 *   const { request } = await broker.requests.waitFor({ api: "Produce" }, {
 *     signal: AbortSignal.timeout(5_000),
 *   });
 *   assertEquals(request.acks, -1);
 *   assert(broker.requests.all.every(({ topics }) => topics.every((topic) => topic === "orders")));
 *   await producer.disconnect();
 * });
 * ```
 *
 * Files are in memory unless the broker is given a directory; the network is TCP, so that any client reaches it. With an `env` whose clock
 * stands still and a memory transport, a test has the time in its hand as well.
 *
 * @module
 */

export type { ErrorName } from "../../client/protocol/error_codes.ts";
export { Broker, type BrokerOptions } from "../server/broker.ts";
export {
  type DropFilter,
  type Fault,
  type FaultDecision,
  type FaultFilter,
  FaultPlan,
} from "./fault_plan.ts";
export type { ReceivedRequest, RequestFilter, RequestPredicate } from "./received_request.ts";
export { RequestLog, type RequestLogOptions } from "./request_log.ts";
export { TestBroker, type TestBrokerOptions } from "./test_broker.ts";

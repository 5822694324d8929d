import { assert, assertEquals, assertRejects } from "@std/assert";
import { NetworkError } from "../../../client/network/transport.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { allocateProducerIds } from "../../../client/protocol/messages/allocate_producer_ids.ts";
import { brokerHeartbeat } from "../../../client/protocol/messages/broker_heartbeat.ts";
import type { ControllerNode } from "../../../cluster/server/controller_channel.ts";
import {
  NodeToControllerChannel,
  type NodeToControllerChannelOptions,
} from "../../../cluster/server/node_to_controller_channel.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const address = (id: number) => ({ host: "127.0.0.1", port: 9000 + id });
const NOT_CONTROLLER = { errorCode: errorCode("NOT_CONTROLLER") };

/** Nodes 1 and 2, of which 1 is the controller until a test says otherwise. */
async function open(options: Partial<NodeToControllerChannelOptions> = {}) {
  const env = manualEnv();
  const nodes = await ScriptedNodes.start(1, 2);
  nodes.on(allocateProducerIds, (_request, { node }) => ({ producerIdStart: node }));
  const quorum: { controller: ControllerNode | undefined } = {
    controller: { id: 1, epoch: 1, address: address(1) },
  };
  const channel = new NodeToControllerChannel({
    ...{ env, name: "test", clientId: "3", transport: nodes.transport, local: undefined },
    controllerNode: () => quorum.controller,
    retryTimeoutMs: () => 5000,
    requestTimeoutMs: () => 1000,
    setupTimeoutMs: () => 1000,
    ...options,
  });
  const allocate = async (brokerId = 3, signal?: AbortSignal) => {
    const request = { brokerId, brokerEpoch: 0 };
    const options = signal === undefined ? {} : { signal };
    return (await channel.send(allocateProducerIds, request, options)).producerIdStart;
  };
  return {
    ...{ env, clock: env.clock, nodes, quorum, channel, allocate },
    moveTo: (id: number) => quorum.controller = { id, epoch: id, address: address(id) },
    async [Symbol.asyncDispose]() {
      await channel.shutdown();
      await nodes[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a request goes to the controller, whose versions are known from then on", async () => {
  await using world = await open();
  assertEquals(world.channel.controllerVersions, undefined);
  assertEquals(await world.allocate(), 1);
  const versions = world.channel.controllerVersions!.get(allocateProducerIds.key);
  assertEquals(versions, { lowest: 0, highest: 0 });
  world.moveTo(2);
  assertEquals(world.channel.controllerVersions, undefined);
});

Deno.test("one that is not the controller is asked again after a while, and another one at once", async () => {
  await using world = await open();
  const { clock, nodes } = world;
  nodes.inTurn(
    allocateProducerIds,
    () => NOT_CONTROLLER,
    () => NOT_CONTROLLER,
    (_request, { node }) => {
      assertEquals(node, 1);
      return { producerIdStart: 10 };
    },
  );
  const asked = world.allocate();
  await clock.advance(49);
  assertEquals(nodes.of(allocateProducerIds).length, 1);
  await clock.advance(51);
  assertEquals(await asked, 10);
  nodes.inTurn(
    allocateProducerIds,
    () => {
      world.moveTo(2);
      return NOT_CONTROLLER;
    },
    (_request, { node }) => ({ producerIdStart: node }),
  );
  assertEquals(await world.allocate(), 2);
  assertEquals(clock.monotonic(), 100);
});

Deno.test("a controller that ends the connection is asked again over a new one", async () => {
  await using world = await open();
  world.nodes.inTurn(allocateProducerIds, () => null, () => ({ producerIdStart: 7 }));
  const asked = world.allocate();
  await world.clock.advance(50);
  assertEquals(await asked, 7);
});

Deno.test("an answer that takes too long is asked for again, over a new connection", async () => {
  await using world = await open();
  world.nodes.inTurn(
    allocateProducerIds,
    () => new Promise(() => {}),
    () => ({ producerIdStart: 7 }),
  );
  const asked = world.allocate();
  await world.clock.advance(999);
  assertEquals(world.nodes.of(allocateProducerIds).length, 1);
  await world.clock.advance(51);
  assertEquals(await asked, 7);
});

Deno.test("a controller that is silent is not waited for when another one is active", async () => {
  await using world = await open({ requestTimeoutMs: () => 30_000 });
  world.nodes.inTurn(
    allocateProducerIds,
    () => new Promise(() => {}),
    () => ({ producerIdStart: 9 }),
  );
  const asked = world.allocate();
  await world.clock.advance(1000);
  world.moveTo(2);
  await world.clock.advance(100);
  assertEquals(await asked, 9);
});

Deno.test("a controller that cannot be connected to is given up with the time of an answer, or when another one is active", async () => {
  await using world = await open({ setupTimeoutMs: () => 60_000 });
  const { transport } = world.nodes;
  const connect = transport.connect.bind(transport);
  transport.connect = (to, signal) =>
    to.port === address(1).port
      ? new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
      : connect(to, signal);
  const lost = world.allocate().catch((error) => error);
  await world.clock.advance(6000);
  assertEquals((await lost).code, "REQUEST_TIMED_OUT");
  const asked = world.allocate();
  await world.clock.advance(500);
  world.moveTo(2);
  await world.clock.advance(100);
  assertEquals(await asked, 2);
});

Deno.test("without a controller a request waits for one, and gives up when its time is over", async () => {
  await using world = await open();
  world.quorum.controller = undefined;
  const asked = world.allocate();
  await world.clock.advance(2000);
  world.moveTo(2);
  await world.clock.advance(50);
  assertEquals(await asked, 2);
  world.quorum.controller = undefined;
  const never = world.allocate().catch((error) => error);
  await world.clock.advance(5000);
  const error = await never;
  assert(error instanceof KafkaError);
  assertEquals(error.code, "REQUEST_TIMED_OUT");
});

Deno.test("requests arrive in their order, also when the first is tried again", async () => {
  await using world = await open();
  world.nodes.inTurn(allocateProducerIds, () => NOT_CONTROLLER, () => ({ producerIdStart: 0 }));
  const all = Promise.all([world.allocate(1), world.allocate(2), world.allocate(3)]);
  await world.clock.advance(100);
  await all;
  assertEquals(
    world.nodes.of(allocateProducerIds).map(({ request }) => request.brokerId),
    [1, 1, 2, 3],
  );
});

Deno.test("another error is an answer, and an API that the controller lacks is refused at once", async () => {
  await using world = await open();
  world.nodes.on(allocateProducerIds, () => ({ errorCode: errorCode("STALE_BROKER_EPOCH") }));
  const answer = await world.channel.send(allocateProducerIds, {});
  assertEquals(answer.errorCode, errorCode("STALE_BROKER_EPOCH"));
  await using old = await open();
  old.nodes.highest.set(brokerHeartbeat.name, -1);
  await assertRejects(
    () => old.channel.send(brokerHeartbeat, {}),
    KafkaError,
    "no version of BrokerHeartbeat",
  );
});

Deno.test("whoever waits no longer is told so, and the next request has its turn", async () => {
  await using world = await open();
  world.nodes.inTurn(
    allocateProducerIds,
    () => new Promise(() => {}),
    () => ({ producerIdStart: 8 }),
  );
  const patience = new AbortController();
  const first = assertRejects(() => world.allocate(1, patience.signal), Error, "enough");
  const second = world.allocate(2);
  await world.clock.advance(10);
  patience.abort(new Error("enough"));
  await first;
  // The answer to the first comes no more; nobody can tell what the next one belongs to, so that connection ends in time.
  await world.clock.advance(2000);
  assertEquals(await second, 8);
});

Deno.test("what waits when the channel is closed fails, and so does what comes later", async () => {
  const world = await open();
  world.quorum.controller = undefined;
  const waiting = [world.allocate(1), world.allocate(2)].map((asked) =>
    assertRejects(() => asked, NetworkError, "closed: test")
  );
  await world[Symbol.asyncDispose]();
  await Promise.all(waiting);
  await assertRejects(() => world.allocate(), NetworkError);
});

Deno.test("the controller of the same node is asked without a network, for as long as it is the active one", async () => {
  let isActive = true;
  const local = {
    nodeId: 2,
    send: () => Promise.resolve(isActive ? { producerIdStart: 22, errorCode: 0 } : NOT_CONTROLLER),
  } as unknown as NonNullable<NodeToControllerChannelOptions["local"]>;
  await using world = await open({ local });
  world.moveTo(2);
  assertEquals(await world.allocate(), 22);
  assertEquals(world.channel.controllerVersions, undefined);
  isActive = false;
  const asked = world.allocate();
  await world.clock.advance(10);
  world.moveTo(1);
  await world.clock.advance(40);
  assertEquals(await asked, 1);
});

Deno.test("a controller of the same node that never answers is given up in time", async () => {
  const local = {
    nodeId: 1,
    send: () => new Promise(() => {}),
  } as unknown as NonNullable<NodeToControllerChannelOptions["local"]>;
  await using world = await open({ local });
  const failed = assertRejects(() => world.allocate(), KafkaError, "in time");
  await world.clock.advance(6000);
  await failed;
});

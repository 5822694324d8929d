import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ConnectionLimits,
  type ConnectionLimitsConfig,
} from "../../../cluster/server/connection_limits.ts";
import { NetworkError } from "../../../client/network/transport.ts";
import { manualEnv } from "../../support/manual_env.ts";

const NO_LIMIT = 0x7fff_ffff;
const never = new AbortController().signal;

function limitsWith(config: Partial<ConnectionLimitsConfig> = {}) {
  const { clock } = manualEnv();
  const inForce = {
    maxConnections: NO_LIMIT,
    maxConnectionsPerIp: NO_LIMIT,
    maxConnectionsPerIpOverrides: new Map<string, number>(),
    maxConnectionCreationRate: NO_LIMIT,
    maxListenerConnections: () => Infinity,
    maxListenerConnectionCreationRate: () => Infinity,
    ...config,
  };
  return { clock, config: inForce, limits: new ConnectionLimits(clock, inForce) };
}

/** Whether a promise is resolved by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => done = true, () => {});
  for (let i = 0; i < 10; i++) await Promise.resolve();
  return done;
}

const resolve = (host: string) =>
  host === "kafka"
    ? Promise.resolve(["10.0.0.3", "::3"])
    : Promise.reject(new NetworkError("unknown-host", `no host ${host}`));

Deno.test("a host has as many connections as max.connections.per.ip, or its own override", async () => {
  const { limits } = limitsWith({
    maxConnectionsPerIp: 2,
    maxConnectionsPerIpOverrides: new Map([["10.0.0.2", 1], ["kafka", 3], ["0:0::4", 0]]),
  });
  await limits.limitsChanged(resolve);
  const admitted = async (host: string, times: number) => {
    const results: boolean[] = [];
    for (let i = 0; i < times; i++) results.push(await limits.admit("A", host, never));
    return results;
  };
  assertEquals(await admitted("10.0.0.1", 3), [true, true, false]);
  assertEquals(await admitted("10.0.0.2", 2), [true, false]);
  assertEquals(await admitted("10.0.0.3", 4), [true, true, true, false]);
  assertEquals(await admitted("::4", 1), [false]);
  assertEquals(limits.maxConnectionsOf("::3"), 3);
  limits.remove("A", "10.0.0.1");
  assertEquals(await admitted("10.0.0.1", 1), [true]);
  assertEquals(limits.total, 6);
});

Deno.test("an override for a name that no host has is told, and the others hold", async () => {
  const { limits } = limitsWith({
    maxConnectionsPerIpOverrides: new Map([["10.0.0.2", 1], ["nowhere", 3]]),
  });
  await assertRejects(() => limits.limitsChanged(resolve), NetworkError, "nowhere");
  assertEquals(limits.maxConnectionsOf("10.0.0.2"), 1);
});

Deno.test("at max.connections the next one waits until there is room", async () => {
  const { limits } = limitsWith({ maxConnections: 1 });
  await limits.admit("A", "h", never);
  const waiting = limits.admit("A", "h", never);
  assert(!await isDone(waiting));
  limits.remove("A", "h");
  assert(await waiting);
  assertEquals(limits.total, 1);
});

Deno.test("listeners that wait at once do not take more than there is room for", async () => {
  const { limits } = limitsWith({ maxConnections: 1 });
  await limits.admit("A", "h", never);
  const waiting = ["A", "B"].map((listener) => limits.admit(listener, "h", never));
  limits.remove("A", "h");
  await Promise.race(waiting);
  for (let i = 0; i < 10; i++) await Promise.resolve();
  assertEquals(limits.total, 1);
});

Deno.test("a listener's own limit leaves the other listeners alone", async () => {
  const { limits } = limitsWith({
    maxListenerConnections: (listener) => listener === "A" ? 1 : Infinity,
  });
  await limits.admit("A", "h", never);
  assert(!await isDone(limits.admit("A", "h", never)));
  assert(await isDone(limits.admit("B", "h", never)));
});

Deno.test("the listener of other brokers is not held back by the bounds of all together", async () => {
  const { limits } = limitsWith({
    maxConnections: 1,
    maxConnectionCreationRate: 0,
    interBrokerListenerName: "REPLICATION",
  });
  limits.addListener("REPLICATION");
  assert(!await isDone(limits.admit("REPLICATION", "h", never)), "it is the only one");
  limits.addListener("A");
  for (let i = 0; i < 3; i++) assert(await isDone(limits.admit("REPLICATION", "h", never)));
  assertEquals([limits.total, limits.excess], [3, 2]);
});

Deno.test("waiting ends when the limit is raised, and when the listener closes", async () => {
  const { config, limits } = limitsWith({ maxConnections: 1 });
  await limits.admit("A", "h", never);
  const stop = new AbortController();
  const stopped = limits.admit("A", "h", stop.signal);
  const waiting = limits.admit("A", "h", never);
  await Promise.resolve();
  stop.abort(new Error("closed"));
  await assertRejects(() => stopped, Error, "closed");
  assert(!await isDone(waiting));
  config.maxConnections = 2;
  await limits.limitsChanged(resolve);
  assert(await waiting);
});

Deno.test("connections that come too quickly wait, on their listener or all together", async () => {
  for (
    const config of [{ maxConnectionCreationRate: 10 }, {
      maxListenerConnectionCreationRate: () => 10,
    }]
  ) {
    const { clock, limits } = limitsWith(config);
    for (let i = 0; i < 100; i++) assert(await isDone(limits.admit("A", "h", never)), String(i));
    const next = limits.admit("A", "h", never);
    assert(!await isDone(next));
    await clock.advance(99);
    assert(!await isDone(next));
    await clock.advance(2);
    assert(await isDone(next));
  }
});

Deno.test("a listener that is gone counts no more: the one that is left is not protected", async () => {
  const { limits } = limitsWith({ interBrokerListenerName: "A", maxConnections: 1 });
  for (const listener of ["A", "B"]) limits.addListener(listener);
  assertEquals(await limits.admit("B", "10.0.0.1", never), true);
  assertEquals(limits.isProtected("A"), true);
  limits.remove("B", "10.0.0.1");
  limits.removeListener("B");
  assertEquals(limits.isProtected("A"), false);
});

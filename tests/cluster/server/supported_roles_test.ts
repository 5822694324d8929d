import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { Broker } from "../../../cluster/server/broker.ts";
import { requireSupportedRoles } from "../../../cluster/server/supported_roles.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { brokerEnv } from "../../support/broker.ts";

const base = {
  "node.id": "1",
  "log.dirs": "/data",
  "controller.listener.names": "CONTROLLER",
  "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
};

const brokerOnly = {
  ...base,
  "process.roles": "broker",
  "listeners": "PLAINTEXT://localhost:0",
  "controller.quorum.voters": "2@localhost:9093",
};

const controllerOnly = {
  ...base,
  "process.roles": "controller",
  "listeners": "CONTROLLER://localhost:0",
  "controller.quorum.voters": "1@localhost:9093",
};

const both = {
  ...base,
  "process.roles": "broker,controller",
  "listeners": "PLAINTEXT://localhost:0,CONTROLLER://localhost:0",
};

function refusal(properties: Record<string, string>): string {
  return assertThrows(
    () => requireSupportedRoles(BrokerConfig.parse(properties)),
    InvalidConfigError,
  ).message;
}

Deno.test("a node that is broker alone or controller alone is refused, naming what is allowed", () => {
  const why = "for configuration process.roles: a cluster of several nodes is not supported yet, " +
    "so that it must be broker,controller";
  assertEquals(refusal(brokerOnly), `Invalid value broker ${why}`);
  assertEquals(refusal(controllerOnly), `Invalid value controller ${why}`);
});

Deno.test("voters besides this node are refused, naming the one that is allowed", () => {
  assertEquals(
    refusal({ ...both, "controller.quorum.voters": "1@localhost:9093,2@other:9093" }),
    "Invalid value 1@localhost:9093,2@other:9093 for configuration controller.quorum.voters: " +
      "other controllers than node 1 are not supported yet, so that it must not be set, or be " +
      "1@localhost:9093",
  );
});

Deno.test("a node that is the whole quorum is fine, however it says so", () => {
  for (
    const quorum of [
      { "controller.quorum.voters": "1@localhost:9093" },
      { "controller.quorum.bootstrap.servers": "localhost:9093" },
    ]
  ) requireSupportedRoles(BrokerConfig.parse({ ...both, ...quorum }));
});

Deno.test("a broker that is refused writes nothing", async () => {
  const env = brokerEnv();
  await assertRejects(
    () => Broker.start({ properties: brokerOnly, env, transport: new MemoryTransport() }),
    InvalidConfigError,
    "process.roles",
  );
  assertEquals(env.fileSystem.stat("/data"), undefined);
});

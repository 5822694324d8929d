import { assertThrows } from "@std/assert";
import { validateRoles } from "../../../cluster/config/validate_roles.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import {
  BROKER_ONLY,
  COMBINED,
  CONTROLLER_ONLY,
  ONLY_NODE,
  parse,
  type Texts,
} from "./broker_properties.ts";

const validate = (properties: Texts) => {
  const { values, listeners } = parse(properties);
  validateRoles(values, listeners);
};
const refused = (properties: Texts, message: string) =>
  assertThrows(() => validate(properties), InvalidConfigError, message);

Deno.test("each role, both, and a node by itself can be", () => {
  for (const properties of [COMBINED, BROKER_ONLY, CONTROLLER_ONLY, ONLY_NODE]) {
    validate(properties);
  }
});

Deno.test("a quorum must be findable", () => {
  refused(
    { ...COMBINED, "controller.quorum.voters": "" },
    "If using process.roles, either controller.quorum.bootstrap.servers must contain the set of bootstrap " +
      "controllers or controller.quorum.voters must contain a parseable set of controllers.",
  );
});

Deno.test("a controller is one of the voters, a broker alone is none", () => {
  refused(
    { ...COMBINED, "controller.quorum.voters": "2@localhost:9093" },
    "requirement failed: If process.roles contains the 'controller' role, the node id 1 must be included in the " +
      "set of voters controller.quorum.voters=Set(2)",
  );
  refused(
    { ...BROKER_ONLY, "controller.quorum.voters": "1@localhost:9093" },
    "If process.roles contains just the 'broker' role, the node id 1 must not be included in the set of voters " +
      "controller.quorum.voters=Set(1)",
  );
});

Deno.test("a controller listens where it says", () => {
  refused(
    { ...COMBINED, "listeners": "PLAINTEXT://localhost:9092" },
    "controller.listener.names must contain at least one value appearing in the 'listeners' configuration when " +
      "running the KRaft controller role",
  );
  refused(
    { ...COMBINED, "controller.listener.names": "CONTROLLER,OTHER" },
    "controller.listener.names must only contain values appearing in the 'listeners' configuration when running " +
      "the KRaft controller role",
  );
  refused(
    { ...CONTROLLER_ONLY, "listeners": COMBINED["listeners"]! },
    "The listeners config must only contain KRaft controller listeners from controller.listener.names when " +
      "process.roles=controller",
  );
});

Deno.test("a broker alone does not listen for controllers, and knows how to reach them", () => {
  refused(
    { ...BROKER_ONLY, "listeners": COMBINED["listeners"]! },
    "controller.listener.names must not contain a value appearing in the 'listeners' configuration when running " +
      "KRaft with just the broker role",
  );
  refused(
    { ...BROKER_ONLY, "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT" },
    "Controller listener with name CONTROLLER defined in controller.listener.names not found in " +
      "listener.security.protocol.map",
  );
  refused(
    { ...BROKER_ONLY, "controller.quorum.auto.join.enable": "true" },
    "controller.quorum.auto.join.enable is only supported when process.roles contains the 'controller' role.",
  );
});

Deno.test("a broker can be reached, by clients and by brokers", () => {
  refused(
    { ...COMBINED, "listeners": "CONTROLLER://localhost:9093" },
    "There must be at least one broker advertised listener. Perhaps all listeners appear in " +
      "controller.listener.names?",
  );
  refused(
    {
      ...ONLY_NODE,
      "listener.security.protocol.map": "EXTERNAL:PLAINTEXT",
      "listeners": "EXTERNAL://localhost:9092",
    },
    "inter.broker.listener.name must be a listener name defined in advertised.listeners. The valid options based " +
      "on currently configured listeners are EXTERNAL",
  );
  refused(
    {
      ...ONLY_NODE,
      "listener.security.protocol.map": "EXTERNAL:PLAINTEXT,PLAINTEXT:PLAINTEXT",
      "advertised.listeners": "PLAINTEXT://a:1,EXTERNAL://a:2",
    },
    "advertised.listeners listener names must be equal to or a subset of the ones defined in listeners. Found " +
      "PLAINTEXT,EXTERNAL. The valid options based on the current configuration are PLAINTEXT",
  );
});

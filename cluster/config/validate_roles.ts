/**
 * What the roles of a node ask of its listeners and its quorum.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { BrokerListeners } from "./broker_listeners.ts";
import { type ConfigValues, isOnlyNode } from "./config_values.ts";
import { parseVoters } from "./quorum_addresses.ts";
import { require } from "./requirement.ts";

/**
 * Checks listeners and quorum against the roles of the node.
 *
 * @throws {InvalidConfigError} in Kafka's words
 */
export function validateRoles(values: ConfigValues, listeners: BrokerListeners): void {
  const roles = values.list("process.roles");
  const isBroker = roles.includes("broker");
  if (isOnlyNode(values.properties)) {
    // The node is the whole quorum: nobody has to find its controller.
  } else {
    validateQuorum(values);
    if (!roles.includes("controller")) validateBrokerOnly(values, listeners);
    else {
      if (!isBroker) validateControllerOnly(values, listeners);
      validateController(values, listeners);
    }
  }
  if (isBroker) validateBroker(listeners);
}

function validateQuorum(values: ConfigValues): void {
  const isKnown = ["controller.quorum.voters", "controller.quorum.bootstrap.servers"]
    .some((name) => values.list(name).length > 0);
  if (isKnown) return;
  throw new InvalidConfigError(
    "If using process.roles, either controller.quorum.bootstrap.servers must contain the set of bootstrap " +
      "controllers or controller.quorum.voters must contain a parseable set of controllers.",
  );
}

function voterIds(values: ConfigValues): number[] {
  return [...parseVoters(values.list("controller.quorum.voters")).keys()];
}

function validateBrokerOnly(values: ConfigValues, listeners: BrokerListeners): void {
  const nodeId = values.number("node.id");
  const voters = voterIds(values);
  require(
    !voters.includes(nodeId),
    `If process.roles contains just the 'broker' role, the node id ${nodeId} must not be included in the set of ` +
      `voters controller.quorum.voters=Set(${voters.join(", ")})`,
  );
  const names = values.list("controller.listener.names");
  require(
    names.length > 0,
    "controller.listener.names must contain at least one value when running KRaft with just the broker role",
  );
  require(
    listeners.controller.length === 0,
    "controller.listener.names must not contain a value appearing in the 'listeners' configuration when running " +
      "KRaft with just the broker role",
  );
  for (const name of names) {
    if (listeners.protocols.has(name.toUpperCase())) continue;
    throw new InvalidConfigError(
      `Controller listener with name ${name.toUpperCase()} defined in controller.listener.names not found in ` +
        "listener.security.protocol.map  (an explicit security mapping for each controller listener is required if " +
        "listener.security.protocol.map is non-empty, or if there are security protocols other than PLAINTEXT in use)",
    );
  }
  require(
    !values.boolean("controller.quorum.auto.join.enable"),
    "controller.quorum.auto.join.enable is only supported when process.roles contains the 'controller' role.",
  );
}

function validateControllerOnly(values: ConfigValues, listeners: BrokerListeners): void {
  require(
    listeners.advertisedController.length === listeners.all.length,
    "The listeners config must only contain KRaft controller listeners from controller.listener.names when " +
      "process.roles=controller",
  );
  if (values.string("inter.broker.listener.name") === undefined) return;
  require(
    !values.list("controller.listener.names").includes(listeners.interBrokerListenerName),
    "controller.listener.names must not contain an explicitly set inter.broker.listener.name configuration value " +
      "when process.roles=controller'",
  );
}

function validateController(values: ConfigValues, listeners: BrokerListeners): void {
  const nodeId = values.number("node.id");
  const voters = voterIds(values);
  require(
    voters.length === 0 || voters.includes(nodeId),
    `If process.roles contains the 'controller' role, the node id ${nodeId} must be included in the set of voters ` +
      `controller.quorum.voters=Set(${voters.join(", ")})`,
  );
  require(
    listeners.advertisedController.length > 0,
    "controller.listener.names must contain at least one value appearing in the 'listeners' configuration when " +
      "running the KRaft controller role",
  );
  const all = listeners.all.map(({ listenerName }) => listenerName);
  require(
    values.list("controller.listener.names").every((name) => all.includes(name)),
    "controller.listener.names must only contain values appearing in the 'listeners' configuration when running " +
      "the KRaft controller role",
  );
}

function validateBroker({ advertisedBroker, all, interBrokerListenerName }: BrokerListeners): void {
  const advertised = advertisedBroker.map(({ listenerName }) => listenerName);
  const names = all.map(({ listenerName }) => listenerName);
  require(
    advertised.length > 0,
    "There must be at least one broker advertised listener. Perhaps all listeners appear in " +
      "controller.listener.names?",
  );
  require(
    advertised.includes(interBrokerListenerName),
    "inter.broker.listener.name must be a listener name defined in advertised.listeners. " +
      `The valid options based on currently configured listeners are ${advertised.join(",")}`,
  );
  require(
    advertised.every((name) => names.includes(name)),
    "advertised.listeners listener names must be equal to or a subset of the ones defined in listeners. " +
      `Found ${advertised.join(",")}. The valid options based on the current configuration are ${
        names.join(",")
      }`,
  );
}

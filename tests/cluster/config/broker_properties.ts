import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { type BrokerListeners, brokerListeners } from "../../../cluster/config/broker_listeners.ts";
import { ConfigValues } from "../../../cluster/config/config_values.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";

/** Texts by name. */
export type Texts = Readonly<Record<string, string>>;

/** A node that is a controller for others too, as Kafka's own example has it. */
export const COMBINED: Texts = {
  "process.roles": "broker,controller",
  "node.id": "1",
  "broker.id": "1",
  "controller.listener.names": "CONTROLLER",
  "controller.quorum.voters": "1@localhost:9093",
  "listeners": "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
};

/** A broker whose controllers are elsewhere. */
export const BROKER_ONLY: Texts = {
  ...COMBINED,
  "process.roles": "broker",
  "controller.quorum.voters": "2@localhost:9093",
  "listeners": "PLAINTEXT://localhost:9092",
};

/** A controller that is no broker. */
export const CONTROLLER_ONLY: Texts = {
  ...COMBINED,
  "process.roles": "controller",
  "listeners": "CONTROLLER://localhost:9093",
};

/** A node that is a whole cluster. */
export const ONLY_NODE: Texts = { ...quickStartProperties(), "broker.id": "1" };

/** Parsed values of properties, with their listeners. */
export function parse(properties: Texts): { values: ConfigValues; listeners: BrokerListeners } {
  const values = new ConfigValues(new Map(Object.entries(properties)));
  return { values, listeners: brokerListeners(values) };
}

/** The config of a node that is a whole cluster. */
export function onlyNode(more: Texts = {}): BrokerConfig {
  return BrokerConfig.parse({ ...ONLY_NODE, ...more });
}

/** A map of texts. */
export function texts(entries: Texts): Map<string, string> {
  return new Map(Object.entries(entries));
}

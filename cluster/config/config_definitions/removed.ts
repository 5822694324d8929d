/**
 * Configs of Kafka 3.x that 4.0 no longer knows. They are known here, so that a warning can say what became of them.
 *
 * @module
 */

import { inRange } from "../../../storage/log/config/config_definition.ts";
import {
  type ConfigDefinition,
  defineConfigs,
  notApplicable,
  waitsFor,
} from "../config_definition.ts";

const ENCODER = notApplicable("passwords are not kept in ZooKeeper");

/** Configs that Kafka has removed. */
export const REMOVED_CONFIGS: readonly ConfigDefinition[] = defineConfigs(waitsFor("ZooKeeper"), {
  "log.message.format.version": {
    type: "string",
    default: "3.0-IV1",
    importance: "medium",
    status: notApplicable("records are always written in format 2"),
    removedIn: "4.0",
    doc: "Format that records were written in.",
  },
  "log.message.timestamp.difference.max.ms": {
    type: "long",
    default: "9223372036854775807",
    valid: inRange(0),
    importance: "medium",
    status: notApplicable(
      "log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms took its place",
    ),
    removedIn: "4.0",
    doc: "How far a record's time may differ from the clock.",
  },
  "password.encoder.cipher.algorithm": {
    type: "string",
    default: "AES/CBC/PKCS5Padding",
    importance: "low",
    status: ENCODER,
    removedIn: "4.0",
    doc: "Cipher for passwords in dynamic configs.",
  },
  "password.encoder.key.length": {
    type: "int",
    default: "128",
    valid: inRange(8),
    importance: "low",
    status: ENCODER,
    removedIn: "4.0",
    doc: "Length of the key for passwords in dynamic configs.",
  },
  "password.encoder.old.secret": {
    type: "password",
    default: null,
    importance: "medium",
    status: ENCODER,
    removedIn: "4.0",
    doc: "The secret before password.encoder.secret.",
  },
  "password.encoder.secret": {
    type: "password",
    default: null,
    importance: "medium",
    status: ENCODER,
    removedIn: "4.0",
    doc: "Secret for passwords in dynamic configs.",
  },
  "zookeeper.connect": {
    type: "string",
    default: null,
    importance: "high",
    removedIn: "4.0",
    doc: "Where ZooKeeper is, as host:port pairs and a path.",
  },
  "zookeeper.set.acl": {
    type: "boolean",
    default: "false",
    importance: "high",
    removedIn: "4.0",
    doc: "Whether what is written to ZooKeeper is protected there.",
  },
  "zookeeper.ssl.client.enable": {
    type: "boolean",
    default: "false",
    importance: "medium",
    removedIn: "4.0",
    doc: "Whether connections to ZooKeeper are encrypted.",
  },
  "zookeeper.ssl.keystore.location": {
    type: "string",
    default: null,
    importance: "medium",
    removedIn: "4.0",
    doc: "File with the key store for ZooKeeper.",
  },
  "zookeeper.ssl.keystore.type": {
    type: "string",
    default: null,
    importance: "medium",
    removedIn: "4.0",
    doc: "Format of the key store for ZooKeeper.",
  },
  "zookeeper.ssl.protocol": {
    type: "string",
    default: "TLSv1.2",
    importance: "low",
    removedIn: "4.0",
    doc: "Version of TLS for ZooKeeper.",
  },
});

/**
 * What listens, and how much it takes.
 *
 * @module
 */

import { inRange, oneOf } from "../../../storage/log/config/config_definition.ts";
import {
  type ConfigDefinition,
  defineConfigs,
  notApplicable,
  waitsFor,
  WORKS,
} from "../config_definition.ts";
import { anyList, nonEmptyList } from "../config_validators.ts";

/** Configs of listeners and requests. */
export const NETWORK_CONFIGS: readonly ConfigDefinition[] = defineConfigs(WORKS, {
  "advertised.listeners": {
    type: "list",
    default: null,
    valid: nonEmptyList,
    importance: "high",
    doc: "The addresses that clients are told to connect to, when they differ from listeners.",
  },
  "background.threads": {
    type: "int",
    default: "10",
    valid: inRange(1),
    importance: "high",
    update: "cluster-wide",
    status: notApplicable("one event loop does the work in the background"),
    doc: "Threads for work in the background.",
  },
  "connection.failed.authentication.delay.ms": {
    type: "int",
    default: "100",
    valid: inRange(0),
    importance: "low",
    status: waitsFor("SASL and TLS"),
    doc: "How long a connection whose authentication failed is kept before it is closed.",
  },
  "connections.max.idle.ms": {
    type: "long",
    default: "600000",
    importance: "medium",
    doc: "After how long without a request a connection is closed.",
  },
  "connections.max.reauth.ms": {
    type: "long",
    default: "0",
    importance: "medium",
    status: waitsFor("SASL and TLS"),
    doc: "After how long a client must authenticate again; 0: never.",
  },
  "early.start.listeners": {
    type: "list",
    default: null,
    valid: anyList,
    importance: "high",
    status: waitsFor("authorization"),
    doc: "Listeners that take requests before the authorizer is ready.",
  },
  "fetch.max.bytes": {
    type: "int",
    default: "57671680",
    valid: inRange(1024),
    importance: "medium",
    doc: "The most that one fetch returns; the first batch always is, whatever its size.",
  },
  "inter.broker.listener.name": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "The listener that brokers use among themselves.",
  },
  "listener.security.protocol.map": {
    type: "string",
    default: "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
    importance: "low",
    update: "per-broker",
    doc: "The security protocol of each listener, as NAME:PROTOCOL pairs.",
  },
  "listeners": {
    type: "list",
    default: "PLAINTEXT://:9092",
    valid: nonEmptyList,
    importance: "high",
    update: "per-broker",
    doc: "What to listen on: NAME://host:port, several with commas. No host means all " +
      "addresses, port 0 any free port.",
  },
  "max.connection.creation.rate": {
    type: "int",
    default: "2147483647",
    valid: inRange(0),
    importance: "medium",
    update: "cluster-wide",
    doc: "How many connections a second are taken. More are taken later.",
  },
  "max.connections": {
    type: "int",
    default: "2147483647",
    valid: inRange(0),
    importance: "medium",
    update: "cluster-wide",
    doc: "How many connections the broker has at once. Further ones wait until there is room.",
  },
  "max.connections.per.ip": {
    type: "int",
    default: "2147483647",
    valid: inRange(0),
    importance: "medium",
    update: "cluster-wide",
    doc: "How many connections one address may have; more are closed at once. 0 only together " +
      "with max.connections.per.ip.overrides.",
  },
  "max.connections.per.ip.overrides": {
    type: "string",
    default: "",
    importance: "medium",
    update: "cluster-wide",
    doc: "Other limits than max.connections.per.ip for some hosts, as host:count pairs.",
  },
  "max.incremental.fetch.session.cache.slots": {
    type: "int",
    default: "1000",
    valid: inRange(0),
    importance: "medium",
    doc: "How many incremental fetch sessions are kept.",
  },
  "max.request.partition.size.limit": {
    type: "int",
    default: "2000",
    valid: inRange(1),
    importance: "medium",
    doc: "How many partitions one request may describe.",
  },
  "num.io.threads": {
    type: "int",
    default: "8",
    valid: inRange(1),
    importance: "high",
    update: "cluster-wide",
    status: notApplicable("one event loop handles all requests"),
    doc: "Threads that handle requests.",
  },
  "num.network.threads": {
    type: "int",
    default: "3",
    valid: inRange(1),
    importance: "high",
    update: "cluster-wide",
    status: notApplicable("one event loop serves all connections"),
    doc: "Threads that read requests and write responses, for each listener.",
  },
  "queued.max.request.bytes": {
    type: "long",
    default: "-1",
    importance: "medium",
    doc: "How many bytes of requests may be in memory before no more are read; -1: no limit.",
  },
  "queued.max.requests": {
    type: "int",
    default: "500",
    valid: inRange(1),
    importance: "high",
    doc: "How many requests wait for their turn before no more are read.",
  },
  "request.timeout.ms": {
    type: "int",
    default: "30000",
    importance: "high",
    doc: "How long the broker waits for the controller's answer to a request of its own, such " +
      "as the creation of a topic on first use.",
  },
  "security.inter.broker.protocol": {
    type: "string",
    default: "PLAINTEXT",
    valid: oneOf("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
    importance: "medium",
    status: waitsFor("SASL and TLS"),
    doc: "The security protocol that brokers use among themselves, when " +
      "inter.broker.listener.name is not set.",
  },
  "socket.connection.setup.timeout.max.ms": {
    type: "long",
    default: "30000",
    importance: "medium",
    doc: "The longest that an attempt to connect may take, after several have failed.",
  },
  "socket.connection.setup.timeout.ms": {
    type: "long",
    default: "10000",
    importance: "medium",
    doc: "How long a first attempt to connect to another node may take.",
  },
  "socket.listen.backlog.size": {
    type: "int",
    default: "50",
    valid: inRange(1),
    importance: "medium",
    doc: "How many new connections the operating system may hold until they are taken.",
  },
  "socket.receive.buffer.bytes": {
    type: "int",
    default: "102400",
    importance: "high",
    status: notApplicable("the runtime leaves the size of socket buffers to the operating system"),
    doc: "Size of a socket's receive buffer; -1 is the operating system's own.",
  },
  "socket.request.max.bytes": {
    type: "int",
    default: "104857600",
    valid: inRange(1),
    importance: "high",
    doc: "Largest request that is read; a larger one ends the connection.",
  },
  "socket.send.buffer.bytes": {
    type: "int",
    default: "102400",
    importance: "high",
    status: notApplicable("the runtime leaves the size of socket buffers to the operating system"),
    doc: "Size of a socket's send buffer; -1 is the operating system's own.",
  },
  "telemetry.max.bytes": {
    type: "int",
    default: "1048576",
    valid: inRange(1),
    importance: "low",
    doc: "Largest set of metrics that a client may push.",
  },
});

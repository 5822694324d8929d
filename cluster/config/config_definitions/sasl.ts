/**
 * Authentication.
 *
 * @module
 */

import { type ConfigDefinition, defineConfigs, waitsFor } from "../config_definition.ts";
import { anyList } from "../config_validators.ts";

/** Configs of SASL. */
export const SASL_CONFIGS: readonly ConfigDefinition[] = defineConfigs(waitsFor("SASL"), {
  "sasl.client.callback.handler.class": {
    type: "class",
    default: null,
    importance: "medium",
    doc: "Class that answers the questions of a SASL client.",
  },
  "sasl.enabled.mechanisms": {
    type: "list",
    default: "GSSAPI",
    valid: anyList,
    importance: "medium",
    update: "per-broker",
    doc: "SASL mechanisms that clients may use.",
  },
  "sasl.jaas.config": {
    type: "password",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "Credentials and options of a mechanism, in the syntax of a JAAS file.",
  },
  "sasl.kerberos.kinit.cmd": {
    type: "string",
    default: "/usr/bin/kinit",
    importance: "medium",
    update: "per-broker",
    doc: "Where the kinit command is.",
  },
  "sasl.kerberos.min.time.before.relogin": {
    type: "long",
    default: "60000",
    importance: "medium",
    update: "per-broker",
    doc: "How long lies at least between two logins.",
  },
  "sasl.kerberos.principal.to.local.rules": {
    type: "list",
    default: "DEFAULT",
    valid: anyList,
    importance: "medium",
    update: "per-broker",
    doc: "Rules that turn a Kerberos principal into a user's name.",
  },
  "sasl.kerberos.service.name": {
    type: "string",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "Name of the service in Kerberos.",
  },
  "sasl.kerberos.ticket.renew.jitter": {
    type: "double",
    default: "0.05",
    importance: "medium",
    update: "per-broker",
    doc: "By what share that moment varies by chance.",
  },
  "sasl.kerberos.ticket.renew.window.factor": {
    type: "double",
    default: "0.8",
    importance: "medium",
    update: "per-broker",
    doc: "After what share of its life a ticket is renewed.",
  },
  "sasl.login.callback.handler.class": {
    type: "class",
    default: null,
    importance: "medium",
    doc: "Class that answers the questions of a login.",
  },
  "sasl.login.class": {
    type: "class",
    default: null,
    importance: "medium",
    doc: "Class that does the login.",
  },
  "sasl.login.connect.timeout.ms": {
    type: "int",
    default: null,
    importance: "low",
    doc: "How long a connection to the authentication provider may take.",
  },
  "sasl.login.read.timeout.ms": {
    type: "int",
    default: null,
    importance: "low",
    doc: "How long the authentication provider's answer may take.",
  },
  "sasl.login.refresh.buffer.seconds": {
    type: "short",
    default: "300",
    importance: "medium",
    update: "per-broker",
    doc: "How long before its end a credential is renewed at the latest.",
  },
  "sasl.login.refresh.min.period.seconds": {
    type: "short",
    default: "60",
    importance: "medium",
    update: "per-broker",
    doc: "How long lies at least between two renewals of a credential.",
  },
  "sasl.login.refresh.window.factor": {
    type: "double",
    default: "0.8",
    importance: "medium",
    update: "per-broker",
    doc: "After what share of its life a credential is renewed.",
  },
  "sasl.login.refresh.window.jitter": {
    type: "double",
    default: "0.05",
    importance: "medium",
    update: "per-broker",
    doc: "By what share that moment varies by chance.",
  },
  "sasl.login.retry.backoff.max.ms": {
    type: "long",
    default: "10000",
    importance: "low",
    doc: "The longest that such a wait becomes.",
  },
  "sasl.login.retry.backoff.ms": {
    type: "long",
    default: "100",
    importance: "low",
    doc: "How long to wait before the authentication provider is asked again.",
  },
  "sasl.mechanism.controller.protocol": {
    type: "string",
    default: "GSSAPI",
    importance: "high",
    doc: "SASL mechanism that is used with controllers.",
  },
  "sasl.mechanism.inter.broker.protocol": {
    type: "string",
    default: "GSSAPI",
    importance: "medium",
    update: "per-broker",
    doc: "SASL mechanism that brokers use among themselves.",
  },
  "sasl.server.callback.handler.class": {
    type: "class",
    default: null,
    importance: "medium",
    doc: "Class that answers the questions of a SASL server.",
  },
  "sasl.server.max.receive.size": {
    type: "int",
    default: "524288",
    importance: "medium",
    doc: "Largest message that is taken before a client is authenticated.",
  },
});

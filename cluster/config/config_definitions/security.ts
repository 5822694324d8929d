/**
 * Who may do what, and delegation tokens.
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

/** Configs of authorization and delegation tokens. */
export const SECURITY_CONFIGS: readonly ConfigDefinition[] = defineConfigs(
  waitsFor("delegation tokens"),
  {
    "authorizer.class.name": {
      type: "string",
      default: "",
      importance: "low",
      status: waitsFor("authorization"),
      doc: "What decides who may do what; empty: everybody may do everything. Kafka names a Java " +
        "class here.",
    },
    "delegation.token.expiry.check.interval.ms": {
      type: "long",
      default: "3600000",
      valid: inRange(1),
      importance: "low",
      doc: "How often expired delegation tokens are looked for.",
    },
    "delegation.token.expiry.time.ms": {
      type: "long",
      default: "86400000",
      valid: inRange(1),
      importance: "medium",
      doc: "How long a delegation token holds before it must be renewed.",
    },
    "delegation.token.max.lifetime.ms": {
      type: "long",
      default: "604800000",
      valid: inRange(1),
      importance: "medium",
      doc: "How long a delegation token can be renewed.",
    },
    "delegation.token.secret.key": {
      type: "password",
      default: null,
      importance: "medium",
      doc: "Secret that delegation tokens are signed with, the same on all nodes. Without it " +
        "there are none.",
    },
    "principal.builder.class": {
      type: "class",
      default: "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder",
      importance: "medium",
      update: "per-broker",
      status: waitsFor("SASL and TLS"),
      doc: "Class that makes a user out of an authenticated connection.",
    },
    "security.providers": {
      type: "string",
      default: null,
      importance: "low",
      status: notApplicable("it names Java classes"),
      doc: "Classes of further providers of cryptography.",
    },
  },
);

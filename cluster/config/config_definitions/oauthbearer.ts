/**
 * Authentication with OAuth tokens.
 *
 * @module
 */

import { inRange } from "../../../storage/log/config/config_definition.ts";
import { type ConfigDefinition, defineConfigs, waitsFor } from "../config_definition.ts";
import { anyList, oneOfIgnoringCase } from "../config_validators.ts";

/** Configs of OAuth. */
export const OAUTHBEARER_CONFIGS: readonly ConfigDefinition[] = defineConfigs(waitsFor("SASL"), {
  "sasl.oauthbearer.assertion.algorithm": {
    type: "string",
    default: "RS256",
    valid: oneOfIgnoringCase("ES256", "RS256"),
    importance: "medium",
    doc: "Algorithm that assertions are signed with.",
  },
  "sasl.oauthbearer.assertion.claim.aud": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "Audience in assertions that are made here.",
  },
  "sasl.oauthbearer.assertion.claim.exp.seconds": {
    type: "int",
    default: "300",
    valid: inRange(0, 86400),
    importance: "low",
    doc: "How long assertions that are made here hold.",
  },
  "sasl.oauthbearer.assertion.claim.iss": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "Issuer in assertions that are made here.",
  },
  "sasl.oauthbearer.assertion.claim.jti.include": {
    type: "boolean",
    default: "false",
    importance: "medium",
    doc: "Whether assertions that are made here carry an id of their own.",
  },
  "sasl.oauthbearer.assertion.claim.nbf.seconds": {
    type: "int",
    default: "60",
    valid: inRange(0, 3600),
    importance: "low",
    doc: "How far back assertions that are made here hold.",
  },
  "sasl.oauthbearer.assertion.claim.sub": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "Subject in assertions that are made here.",
  },
  "sasl.oauthbearer.assertion.file": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "File with an assertion that is ready.",
  },
  "sasl.oauthbearer.assertion.private.key.file": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "File with the key that assertions are signed with.",
  },
  "sasl.oauthbearer.assertion.private.key.passphrase": {
    type: "password",
    default: null,
    importance: "medium",
    doc: "Password of that key.",
  },
  "sasl.oauthbearer.assertion.template.file": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "File with claims for assertions that are made here.",
  },
  "sasl.oauthbearer.client.credentials.client.id": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "Id of the client, for tokens by client credentials.",
  },
  "sasl.oauthbearer.client.credentials.client.secret": {
    type: "password",
    default: null,
    importance: "medium",
    doc: "Secret of the client, for tokens by client credentials.",
  },
  "sasl.oauthbearer.clock.skew.seconds": {
    type: "int",
    default: "30",
    importance: "low",
    doc: "How far the provider's clock may differ.",
  },
  "sasl.oauthbearer.expected.audience": {
    type: "list",
    default: "",
    valid: anyList,
    importance: "high",
    doc: "For whom a token must be made out.",
  },
  "sasl.oauthbearer.expected.issuer": {
    type: "string",
    default: null,
    importance: "high",
    doc: "Who must have made the token.",
  },
  "sasl.oauthbearer.jwks.endpoint.refresh.ms": {
    type: "long",
    default: "3600000",
    importance: "low",
    doc: "How long the provider's keys are kept before they are read again.",
  },
  "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms": {
    type: "long",
    default: "10000",
    importance: "low",
    doc: "The longest that such a wait becomes.",
  },
  "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms": {
    type: "long",
    default: "100",
    importance: "low",
    doc: "How long to wait before the provider's keys are asked for again.",
  },
  "sasl.oauthbearer.jwks.endpoint.url": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "Where the provider's keys are.",
  },
  "sasl.oauthbearer.jwt.retriever.class": {
    type: "class",
    default: "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever",
    importance: "medium",
    doc: "Class that fetches tokens.",
  },
  "sasl.oauthbearer.jwt.validator.class": {
    type: "class",
    default: "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator",
    importance: "medium",
    doc: "Class that checks tokens.",
  },
  "sasl.oauthbearer.scope": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "Scope to ask for.",
  },
  "sasl.oauthbearer.scope.claim.name": {
    type: "string",
    default: "scope",
    importance: "low",
    doc: "Name of the token's claim with the scope.",
  },
  "sasl.oauthbearer.sub.claim.name": {
    type: "string",
    default: "sub",
    importance: "low",
    doc: "Name of the token's claim with the subject.",
  },
  "sasl.oauthbearer.token.endpoint.url": {
    type: "string",
    default: null,
    importance: "medium",
    doc: "Where tokens are fetched from.",
  },
});

/**
 * Encrypted connections.
 *
 * @module
 */

import { oneOf } from "../../../storage/log/config/config_definition.ts";
import { type ConfigDefinition, defineConfigs, waitsFor } from "../config_definition.ts";
import { anyList } from "../config_validators.ts";

/** Configs of TLS. */
export const SSL_CONFIGS: readonly ConfigDefinition[] = defineConfigs(waitsFor("TLS"), {
  "ssl.allow.dn.changes": {
    type: "boolean",
    default: "false",
    importance: "low",
    doc: "Whether a key store that is loaded anew may carry another name.",
  },
  "ssl.allow.san.changes": {
    type: "boolean",
    default: "false",
    importance: "low",
    doc: "Whether a key store that is loaded anew may carry other alternative names.",
  },
  "ssl.cipher.suites": {
    type: "list",
    default: "",
    valid: anyList,
    importance: "medium",
    update: "per-broker",
    doc: "Cipher suites that may be used; all that the runtime takes for safe when empty.",
  },
  "ssl.client.auth": {
    type: "string",
    default: "none",
    valid: oneOf("required", "requested", "none"),
    importance: "medium",
    update: "per-broker",
    doc: "Whether clients need a certificate: required, requested, none.",
  },
  "ssl.enabled.protocols": {
    type: "list",
    default: "TLSv1.2,TLSv1.3",
    valid: anyList,
    importance: "medium",
    update: "per-broker",
    doc: "Versions of TLS that may be used.",
  },
  "ssl.endpoint.identification.algorithm": {
    type: "string",
    default: "https",
    importance: "low",
    update: "per-broker",
    doc: "How a server's name is checked against its certificate; empty for not at all.",
  },
  "ssl.engine.factory.class": {
    type: "class",
    default: null,
    importance: "low",
    update: "per-broker",
    doc: "Class that makes the TLS engines.",
  },
  "ssl.key.password": {
    type: "password",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "Password of the private key.",
  },
  "ssl.keymanager.algorithm": {
    type: "string",
    default: "SunX509",
    importance: "medium",
    update: "per-broker",
    doc: "Algorithm of the key manager, by its Java name.",
  },
  "ssl.keystore.certificate.chain": {
    type: "password",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "Certificates that go with the private key, as text.",
  },
  "ssl.keystore.key": {
    type: "password",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "Private key, as text in the format of ssl.keystore.type.",
  },
  "ssl.keystore.location": {
    type: "string",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "File with the key store.",
  },
  "ssl.keystore.password": {
    type: "password",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "Password of the key store.",
  },
  "ssl.keystore.type": {
    type: "string",
    default: "JKS",
    importance: "medium",
    update: "per-broker",
    doc: "Format of the key store.",
  },
  "ssl.principal.mapping.rules": {
    type: "string",
    default: "DEFAULT",
    importance: "low",
    doc: "Rules that turn the name in a certificate into a user's name.",
  },
  "ssl.protocol": {
    type: "string",
    default: "TLSv1.3",
    importance: "medium",
    update: "per-broker",
    doc: "Newest version of TLS that is used.",
  },
  "ssl.provider": {
    type: "string",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "Provider of the cryptography, by its Java name.",
  },
  "ssl.secure.random.implementation": {
    type: "string",
    default: null,
    importance: "low",
    update: "per-broker",
    doc: "Source of randomness, by its Java name.",
  },
  "ssl.trustmanager.algorithm": {
    type: "string",
    default: "PKIX",
    importance: "medium",
    update: "per-broker",
    doc: "Algorithm of the trust manager, by its Java name.",
  },
  "ssl.truststore.certificates": {
    type: "password",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "Certificates that are trusted, as text.",
  },
  "ssl.truststore.location": {
    type: "string",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "File with the trust store.",
  },
  "ssl.truststore.password": {
    type: "password",
    default: null,
    importance: "medium",
    update: "per-broker",
    doc: "Password of the trust store.",
  },
  "ssl.truststore.type": {
    type: "string",
    default: "JKS",
    importance: "medium",
    update: "per-broker",
    doc: "Format of the trust store.",
  },
});

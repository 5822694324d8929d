import { assert, assertEquals } from "@std/assert";
import { BROKER_CONFIGS, isPublic } from "../../../cluster/config/broker_configs.ts";
import { parseValue } from "../../../cluster/config/config_definition.ts";
import { goldenConfigs } from "./golden_configs.ts";

/** What Apache Kafka's own broker had as defaults, out of the synonyms that it printed. */
async function goldenDefaults(): Promise<Map<string, string>> {
  const defaults = new Map<string, string>();
  for (const { name, synonyms } of await goldenConfigs("broker-configs.txt")) {
    const prefix = `DEFAULT_CONFIG:${name}=`;
    const found = synonyms.find((synonym) => synonym.startsWith(prefix));
    if (found !== undefined) defaults.set(name, found.slice(prefix.length));
  }
  return defaults;
}

Deno.test("the table shows the configs that Apache Kafka shows, and no other", async () => {
  const golden = (await goldenConfigs("broker-configs.txt")).map(({ name }) => name);
  const shown = [...BROKER_CONFIGS.values()].filter(isPublic).map(({ name }) => name);
  assertEquals(shown, golden);
});

Deno.test("defaults and secrets are Apache Kafka's", async () => {
  const defaults = await goldenDefaults();
  for (const { name, sensitive } of await goldenConfigs("broker-configs.txt")) {
    const definition = BROKER_CONFIGS.get(name)!;
    assertEquals(definition.defaultText, defaults.get(name) ?? null, name);
    assertEquals(definition.type === "password", sensitive, name);
  }
});

Deno.test("every default is allowed, and shown as it is written", () => {
  for (const definition of BROKER_CONFIGS.values()) {
    if (definition.defaultText === null) continue;
    assertEquals(parseValue(definition, definition.defaultText).text, definition.defaultText);
  }
});

Deno.test("every config says what it does, and why it does not do it here", () => {
  for (const { name, documentation, status } of BROKER_CONFIGS.values()) {
    assert(/^\S.*\.$/s.test(documentation), name);
    assertEquals(status.kind === "works", status.reason === "", name);
  }
});

Deno.test("configs that Kafka has removed are known, and not shown", () => {
  const removed = [...BROKER_CONFIGS.values()].filter(({ removedIn }) => removedIn !== undefined);
  assertEquals(removed.length, 12);
  assert(removed.every((definition) => !isPublic(definition)));
});

Deno.test("a node's id and roles have no default", () => {
  const required = [...BROKER_CONFIGS.values()].filter(({ isRequired }) => isRequired);
  assertEquals(required.map(({ name }) => name), [
    "controller.listener.names",
    "node.id",
    "process.roles",
  ]);
});

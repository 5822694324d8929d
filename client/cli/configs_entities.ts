/**
 * Which entities a call of `seglog configs` is about, and what options go together.
 *
 * @module
 */

import { illegalArgument } from "./java_exception.ts";
import { CONFIGS_OPTIONS } from "./configs_options.ts";
import { ToolOptions } from "./tool_options.ts";

const ENTITY_TYPES = [
  ...["topics", "clients", "users", "brokers", "ips", "client-metrics", "groups"],
  "broker-loggers",
];

/** Options that name an entity and its type at once. */
const ENTITY_FLAGS: readonly (readonly [flag: string, type: string])[] = [
  ["topic", "topics"],
  ["client", "clients"],
  ["user", "users"],
  ["broker", "brokers"],
  ["broker-logger", "broker-loggers"],
  ["ip", "ips"],
  ["client-metrics", "client-metrics"],
  ["group", "groups"],
];

/** Options for the default of a type. */
const DEFAULT_FLAGS: readonly (readonly [flag: string, type: string])[] = [
  ["client-defaults", "clients"],
  ["user-defaults", "users"],
  ["broker-defaults", "brokers"],
  ["ip-defaults", "ips"],
];

/** Types that have a default entity. */
const WITH_DEFAULT: readonly string[] = ["users", "clients", "brokers", "ips"];

/** A call of the tool. */
export interface ConfigsCall {
  /** The options. */
  readonly options: ToolOptions;
  /** The types of entities: one, or users and clients. */
  readonly types: readonly string[];
  /** Their names; `""` is the default. */
  readonly names: readonly string[];
}

function entitiesOf(options: ToolOptions): Pick<ConfigsCall, "types" | "names"> {
  const flags = ENTITY_FLAGS.filter(([flag]) => options.has(flag));
  const defaults = DEFAULT_FLAGS.filter(([flag]) => options.has(flag));
  const named = options.values("entity-name").values();
  return {
    types: [...options.values("entity-type"), ...[...flags, ...defaults].map(([, type]) => type)],
    names: [
      ...options.order.filter((name) => name === "entity-name" || name === "entity-default")
        .map((name) => name === "entity-name" ? named.next().value! : ""),
      ...flags.map(([flag]) => options.value(flag)!),
      ...defaults.map(() => ""),
    ],
  };
}

/**
 * Parses a command line.
 *
 * @throws {ToolExit} for help, and for what does not go together
 * @throws {JavaException} `IllegalArgumentException` for entities that make no sense
 */
export function configsCall(args: readonly string[]): ConfigsCall {
  const options = new ToolOptions(args, CONFIGS_OPTIONS);
  options.answerHelp(
    "This tool helps to manipulate and describe entity config for a topic, client, user, broker, ip, client-metrics or " +
      "group",
  );
  if (options.has("alter") === options.has("describe")) {
    throw options.fail("Command must include exactly one action: --describe, --alter");
  }
  options.refuse("describe", ["add-config", "delete-config"]);
  options.refuse("json", ["alter"]);
  const call = { options, ...entitiesOf(options) };
  checkTypes(call);
  checkNames(call);
  if (options.has("describe")) checkDescribe(call);
  else checkAlter(call);
  return call;
}

function checkTypes({ options, types }: ConfigsCall): void {
  const twice = types.filter((type, i) => types.indexOf(type) !== i);
  if (twice.length > 0) {
    throw illegalArgument(`Duplicate entity type(s) specified: ${twice.join(",")}`);
  }
  const [server, controller] = [
    options.has("bootstrap-server"),
    options.has("bootstrap-controller"),
  ];
  if (!server && !controller) {
    throw illegalArgument("Either --bootstrap-server or --bootstrap-controller must be specified.");
  }
  for (const type of types) {
    if (ENTITY_TYPES.includes(type)) continue;
    throw illegalArgument(
      `Invalid entity type ${type}, the entity type must be one of ${ENTITY_TYPES.join(", ")} ` +
        "with a --bootstrap-server or --bootstrap-controller argument",
    );
  }
  if (types.length === 0) throw illegalArgument("At least one entity type must be specified");
  if (types.length > 1 && !types.every((type) => type === "users" || type === "clients")) {
    throw illegalArgument("Only 'users' and 'clients' entity types may be specified together");
  }
  const general = ["entity-name", "entity-type", "entity-default"];
  const special = [...ENTITY_FLAGS, ...DEFAULT_FLAGS].map(([flag]) => flag);
  if ([general, special].every((flags) => flags.some((flag) => options.has(flag)))) {
    throw illegalArgument(
      "--entity-{type,name,default} should not be used in conjunction with specific entity flags",
    );
  }
  if (server && controller) {
    throw illegalArgument(
      "Only one of --bootstrap-server or --bootstrap-controller can be specified",
    );
  }
}

/** Whether a text is the id of a broker. */
export function isBrokerId(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= 2 ** 31;
}

function checkNames({ options, types, names }: ConfigsCall): void {
  const isOfBrokers = types.includes("brokers") || types.includes("broker-loggers");
  if (!isOfBrokers || !names.some((name) => name !== "")) return;
  for (const flag of ["entity-name", "broker", "broker-logger"]) {
    if (!options.has(flag) || isBrokerId(options.value(flag)!)) continue;
    throw illegalArgument(
      `The entity name for ${types[0]} must be a valid integer broker id, but it is: ${
        options.value(flag)
      }`,
    );
  }
}

function checkDescribe({ options, types, names }: ConfigsCall): void {
  if (!types.some((type) => WITH_DEFAULT.includes(type)) && options.has("entity-default")) {
    throw illegalArgument(
      `--entity-default must not be specified with --describe of ${types.join(",")}`,
    );
  }
  if (types.includes("broker-loggers") && !names.some((name) => name !== "")) {
    throw illegalArgument(
      `An entity name must be specified with --describe of ${types.join(",")}`,
    );
  }
}

function checkAlter({ options, types, names }: ConfigsCall): void {
  const hasName = names.some((name) => name !== "");
  if (types.some((type) => WITH_DEFAULT.includes(type))) {
    if (names.length === 0) {
      throw illegalArgument(
        "An entity-name or default entity must be specified with --alter of users, clients, brokers or ips",
      );
    }
  } else if (!hasName) {
    throw illegalArgument(`An entity name must be specified with --alter of ${types.join(",")}`);
  }
  const [add, file, remove] = ["add-config", "add-config-file", "delete-config"].map((name) =>
    options.has(name)
  );
  if (add && file) {
    throw illegalArgument("Only one of --add-config or --add-config-file must be specified");
  }
  if (!add && !file && !remove) {
    throw illegalArgument(
      "At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter",
    );
  }
}

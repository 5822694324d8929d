/**
 * What `seglog metadata-quorum add-controller` needs to know of the controller: from its properties, and its log directory.
 *
 * @module
 */

import { absolutePath } from "../../storage/cli/java_text.ts";
import { MetaPropertiesFile } from "../../storage/file/meta_properties_file.ts";
import type { ClientToolIo } from "./client_tool.ts";
import { JavaException, terse } from "./java_exception.ts";

/** A listener of a controller. */
export interface VoterEndpoint {
  /** Name of the listener. */
  readonly name: string;
  /** Where others find it. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
}

/** A controller that is to join the quorum. */
export interface NewController {
  /** Its node's id. */
  readonly id: number;
  /** The directory of its metadata log. */
  readonly directoryId: string;
  /** Its listeners. */
  readonly endpoints: readonly VoterEndpoint[];
}

type Properties = ReadonlyMap<string, string>;

function controllerId(properties: Properties): number {
  const doubt = "file. Is this a valid controller configuration file?";
  const text = properties.get("node.id");
  if (text === undefined) throw terse(`node.id not found in configuration ${doubt}`);
  const id = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(id)) {
    throw new JavaException("java.lang.NumberFormatException", `For input string: "${text}"`);
  }
  if (id < 0) throw terse(`node.id was negative in configuration ${doubt}`);
  if (!(properties.get("process.roles") ?? "").includes("controller")) {
    throw terse(`process.roles did not contain 'controller' in configuration ${doubt}`);
  }
  return id;
}

function metadataDirectory(properties: Properties): string {
  const own = properties.get("metadata.log.dir");
  if (own !== undefined) return own;
  const [first] = properties.get("log.dirs")?.trim().split(",") ?? [];
  if (first !== undefined) return first;
  throw terse(
    "Neither metadata.log.dir nor log.dirs were found. Is this a valid controller configuration file?",
  );
}

function directoryIdOf(io: ClientToolIo, directory: string): string {
  const path = absolutePath(directory, io.workingDirectory ?? "/");
  const meta = new MetaPropertiesFile(io.env.fileSystem, path).read();
  if (meta === undefined) throw terse(`Unable to read meta.properties from ${directory}`);
  if (meta.directoryId === undefined) throw terse(`No directory id found in ${directory}`);
  return meta.directoryId;
}

const LISTENER = /^(.*):\/\/\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)$/;

function listenersOf(text: string): (readonly [name: string, VoterEndpoint])[] {
  return text.split(",").map((item) => item.trim()).filter((item) => item !== "").map((item) => {
    const [, name, host, port] = LISTENER.exec(item) ?? [];
    if (name === undefined) {
      throw new JavaException(
        "java.lang.IllegalArgumentException",
        `Unable to parse ${item} to a broker endpoint`,
      );
    }
    const upper = name.toUpperCase();
    return [upper, {
      name: upper,
      host: host === "" ? "localhost" : host!,
      port: Number(port),
    }];
  });
}

function endpointsOf(properties: Properties): VoterEndpoint[] {
  const listeners = new Map(
    ["listeners", "advertised.listeners"].flatMap((config) =>
      listenersOf(properties.get(config) ?? "")
    ),
  );
  const names = properties.get("controller.listener.names");
  if (names === undefined) {
    throw terse(
      "controller.listener.names was not found. Is this a valid controller configuration file?",
    );
  }
  return names.split(",").map((name) => {
    const endpoint = listeners.get(name.toUpperCase());
    if (endpoint !== undefined) return endpoint;
    throw terse(
      `Cannot find information about controller listener name: ${name.toUpperCase()}`,
    );
  });
}

/**
 * Reads who a controller is.
 *
 * @param properties its configuration
 * @throws {JavaException} for what is missing
 */
export function newController(io: ClientToolIo, properties: Properties): NewController {
  const id = controllerId(properties);
  const directoryId = directoryIdOf(io, metadataDirectory(properties));
  return { id, directoryId, endpoints: endpointsOf(properties) };
}

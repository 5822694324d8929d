/**
 * Files of configs for a tool's client (`--command-config`).
 *
 * @module
 */

import { readSmallFile } from "../../storage/file/text_file.ts";
import { decodeProperties, parseProperties } from "../../storage/file/properties.ts";
import { absolutePath } from "../../storage/cli/java_text.ts";
import type { ClientToolIo } from "./client_tool.ts";
import { JavaException } from "./java_exception.ts";

/**
 * The bytes of a file that an option names.
 *
 * @throws {JavaException} `NoSuchFileException`, as Java's files do
 */
export function readToolFile(io: ClientToolIo, path: string): Uint8Array {
  const place = absolutePath(path, io.workingDirectory ?? "/");
  const bytes = readSmallFile(io.env.fileSystem, place);
  if (bytes === undefined) throw new JavaException("java.nio.file.NoSuchFileException", path);
  return bytes;
}

/** Whether there is a file that an option names. */
export function hasToolFile(io: ClientToolIo, path: string): boolean {
  const place = absolutePath(path, io.workingDirectory ?? "/");
  return io.env.fileSystem.stat(place) !== undefined;
}

/**
 * The text of a file that an option names.
 *
 * @throws {JavaException} `IOException`, as Kafka does
 */
export function readToolText(io: ClientToolIo, path: string): string {
  try {
    return new TextDecoder().decode(readToolFile(io, path));
  } catch (cause) {
    throw new JavaException("java.io.IOException", `Unable to read file ${path}`, { cause });
  }
}

/** The properties of a file. */
export function readToolProperties(io: ClientToolIo, path: string): Map<string, string> {
  return parseProperties(decodeProperties(readToolFile(io, path)));
}

/** Configs of a client, by Kafka's names. */
export type ClientConfigs = Record<string, string>;

/** The configs of the file that `--command-config` names; none without it. */
export function commandConfigs(io: ClientToolIo, path: string | undefined): ClientConfigs {
  return path === undefined ? {} : Object.fromEntries(readToolProperties(io, path));
}

/**
 * The configs of a client that goes to brokers or, by `bootstrap.controllers`, to controllers.
 *
 * @throws {JavaException} when both or none are given
 */
export function bootstrapConfigs(
  configs: ClientConfigs,
  servers: string | undefined,
  controllers: string | undefined,
): ClientConfigs {
  const { "bootstrap.servers": _servers, "bootstrap.controllers": _controllers, ...others } =
    configs;
  if (servers !== undefined && controllers !== undefined) {
    throw new BootstrapError(
      "You cannot specify both --bootstrap-controller and --bootstrap-server.",
    );
  }
  if (servers !== undefined) return { ...others, "bootstrap.servers": servers };
  if (controllers !== undefined) return { ...others, "bootstrap.controllers": controllers };
  throw new BootstrapError("You must specify either --bootstrap-controller or --bootstrap-server.");
}

/** Both or none of `--bootstrap-server` and `--bootstrap-controller` are given. */
export class BootstrapError extends JavaException {
  /** Says which. */
  constructor(message: string) {
    super(
      "org.apache.kafka.server.util.CommandLineUtils$InitializeBootstrapException",
      message,
    );
  }
}

/**
 * Whether a text names servers, as far as Kafka's tools look.
 *
 * @throws {JavaException} when it does not
 */
export function checkBootstrapServer(text: string): void {
  const illegal = (message: string) =>
    new JavaException("java.lang.IllegalArgumentException", message);
  if (text.trim() === "") throw illegal("Error while validating the bootstrap address\n");
  const parts = text.includes(",") ? text.replace(/,+$/, "").split(",") : [text];
  const isHostPort = (part: string) => /^(?:.*\/\/)?\[?([0-9a-zA-Z\-%._:]*)\]?:[0-9]+$/.test(part);
  if (parts.length === 0 || !parts.every(isHostPort)) {
    throw illegal("Please provide valid host:port like host1:9091,host2:9092\n");
  }
}

/**
 * What the two ways to alter configs share.
 *
 * @module
 */

import {
  errorCode,
  errorMessage as textOf,
  type ErrorName,
  errorName,
} from "../../../client/protocol/error_codes.ts";
import { ALTER_CONFIG_OP, type ResourceChange } from "../../controller/config_changes.ts";
import { CONFIG_RESOURCE_TYPE, type ConfigResource } from "../../controller/configs_image.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import {
  type ApiResult,
  type ControllerContext,
  type Decision,
  failure,
  failureOf,
  OK,
} from "../../controller/decision.ts";
import type { ForwardingManager } from "../forwarding_manager.ts";
import type { RuntimeLoggerManager } from "../runtime_logger_manager.ts";

/** A request of either API. */
export interface AlterationRequest {
  /** What is changed. */
  readonly resources: readonly {
    /** Type of the resource. */
    readonly resourceType: number;
    /** Its name. */
    readonly resourceName: string;
    /** The changes. */
    readonly configs: readonly {
      /** Name of the config. */
      readonly name: string;
      /** What is done to it; always a new value where the API does not say. */
      readonly configOperation?: number;
      /** The value. */
      readonly value: string | null;
    }[];
  }[];
  /** Whether nothing is to be changed. */
  readonly validateOnly: boolean;
}

/** The answer for one resource. */
export interface AlteredResource {
  /** Type of the resource. */
  readonly resourceType: number;
  /** Its name. */
  readonly resourceName: string;
  /** Code of the error, 0 for none. */
  readonly errorCode: number;
  /** What the user is told. */
  readonly errorMessage: string | null;
}

/** What whoever is asked checks before the controller decides. */
export interface AlterationRules {
  /** What is said of a resource that is named twice. */
  readonly duplicate: string;
  /** Throws a `KafkaError` for a change that cannot be. */
  validate(change: ResourceChange, isIncremental: boolean): void;
}

/** Has the active controller change some of what a request names, when that is another node. */
export type ForwardAlteration = (
  part: AlterationRequest,
) => Promise<{ readonly responses: readonly AlteredResource[] }>;

/** What the handlers need. */
export interface ConfigAlterationOptions {
  /** Decides. */
  readonly controller: Pick<ControllerDriver, "submit">;
  /** Says first what cannot be. */
  readonly rules: AlterationRules;
  /** Reaches the active controller when it is another node's. Default: it is always this one's. */
  readonly forwarding?: Pick<ForwardingManager, "isNeeded" | "forward">;
  /** Has the levels of loggers, which are no matter of the cluster's. */
  readonly loggers: Pick<RuntimeLoggerManager, "apply">;
}

/** One of the two ways. */
export interface AlterationWay {
  /** Whether configs that are not named stay as they are. */
  readonly isIncremental: boolean;
  /** Decides on the changes. */
  readonly decide: (
    context: ControllerContext,
    changes: readonly ResourceChange[],
  ) => Decision<ApiResult[]>;
}

/**
 * Sorts out what cannot be decided on, and has the controller decide on the rest.
 *
 * @param forward asks it, when it is another node's
 */
export async function alterConfigs(
  { controller, rules, loggers }: ConfigAlterationOptions,
  { resources, validateOnly }: AlterationRequest,
  { isIncremental, decide }: AlterationWay,
  forward: ForwardAlteration | undefined,
): Promise<{ responses: AlteredResource[] }> {
  const changes = resources.map(changeOf);
  const times = new Map<string, number>();
  for (const { resource } of changes) {
    times.set(keyOf(resource), (times.get(keyOf(resource)) ?? 0) + 1);
  }
  const settled = changes.map((change): ApiResult | undefined => {
    if (times.get(keyOf(change.resource))! > 1) return failure("INVALID_REQUEST", rules.duplicate);
    try {
      rules.validate(change, isIncremental);
      if (change.resource.type !== CONFIG_RESOURCE_TYPE.BROKER_LOGGER) return undefined;
      loggers.apply(change, validateOnly);
      return OK;
    } catch (error) {
      return failureOf(error);
    }
  });
  const isOpen = (_: unknown, index: number) => settled[index] === undefined;
  const open = changes.filter(isOpen);
  const decided = open.length === 0
    ? []
    : forward !== undefined
    ? await forwarded({ resources: resources.filter(isOpen), validateOnly }, forward)
    : await controller.submit((context) => {
      const decision = decide(context, open);
      return validateOnly ? { ...decision, records: [] } : decision;
    });
  let next = 0;
  const responses = changes.map(({ resource }, index) => {
    const { error, message } = settled[index] ?? decided[next++]!;
    return {
      resourceType: resource.type,
      resourceName: resource.name,
      errorCode: errorCode(error),
      errorMessage: message,
    };
  });
  return { responses };
}

/** What another node's controller has decided, in the order of the request. */
async function forwarded(
  part: AlterationRequest,
  forward: ForwardAlteration,
): Promise<ApiResult[]> {
  let responses: readonly AlteredResource[];
  try {
    ({ responses } = await forward(part));
  } catch (error) {
    // What is settled here stays so.
    const failed = failureOf(error);
    return part.resources.map(() => failed);
  }
  const results = new Map(
    responses.map(({ resourceType: type, resourceName: name, errorCode, errorMessage }) => [
      keyOf({ type, name }),
      { error: errorName(errorCode), message: errorMessage },
    ]),
  );
  return part.resources.map(({ resourceType: type, resourceName: name }) =>
    results.get(keyOf({ type, name })) ?? failure("UNKNOWN_SERVER_ERROR")
  );
}

/** The response that says that all of a request failed. */
export function alterationError(
  { resources }: AlterationRequest,
  error: ErrorName,
  message: string | null = textOf(error),
): { responses: AlteredResource[] } {
  return {
    responses: resources.map(({ resourceType, resourceName }) => ({
      resourceType,
      resourceName,
      errorCode: errorCode(error),
      errorMessage: message,
    })),
  };
}

function changeOf(
  { resourceType, resourceName, configs }: AlterationRequest["resources"][number],
): ResourceChange {
  return {
    resource: { type: resourceType, name: resourceName },
    ops: configs.map(({ name, configOperation: operation = ALTER_CONFIG_OP.SET, value }) => ({
      name,
      operation,
      value,
    })),
  };
}

function keyOf({ type, name }: ConfigResource): string {
  return `${type} ${name}`;
}

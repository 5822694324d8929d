/**
 * What the two ways to alter configs share.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import type { ResourceChange } from "../../controller/config_changes.ts";
import { CONFIG_RESOURCE_TYPE, type ConfigResource } from "../../controller/configs_image.ts";
import { type ApiResult, failure, failureOf, OK } from "../../controller/decision.ts";

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

/** Who has a say in a change. */
export interface AlterationSteps {
  /** What only this broker can tell; throws a `KafkaError` for a change that cannot be. */
  readonly validate: (change: ResourceChange) => void;
  /** Has the controller decide, and returns a result for each change. */
  readonly decide: (changes: readonly ResourceChange[]) => Promise<ApiResult[]>;
}

/** Sorts out what cannot be decided on, and has the controller decide on the rest. */
export async function alterConfigs(
  changes: readonly ResourceChange[],
  { validate, decide }: AlterationSteps,
): Promise<AlteredResource[]> {
  const keyOf = ({ type, name }: ConfigResource) => `${type} ${name}`;
  const times = new Map<string, number>();
  for (const { resource } of changes) {
    times.set(keyOf(resource), (times.get(keyOf(resource)) ?? 0) + 1);
  }
  const settled = changes.map((change) =>
    times.get(keyOf(change.resource))! > 1
      ? failure("INVALID_REQUEST", "Each resource must appear at most once.")
      : preprocess(change, validate)
  );
  const open = changes.filter((_, index) => settled[index] === undefined);
  const decided = open.length === 0 ? [] : await decide(open);
  let next = 0;
  return changes.map(({ resource }, index) => {
    const { error, message } = settled[index] ?? decided[next++]!;
    return {
      resourceType: resource.type,
      resourceName: resource.name,
      errorCode: errorCode(error),
      errorMessage: message,
    };
  });
}

/** The result of a change that needs no controller; `undefined` when it does. */
function preprocess(
  change: ResourceChange,
  validate: AlterationSteps["validate"],
): ApiResult | undefined {
  try {
    validate(change);
  } catch (error) {
    return failureOf(error);
  }
  // Levels of log lines are no matter of the cluster's.
  return change.resource.type === CONFIG_RESOURCE_TYPE.BROKER_LOGGER ? OK : undefined;
}

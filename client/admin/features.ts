/**
 * The features of the cluster: what its nodes can do, and what has been switched on.
 *
 * @module
 */

import { SOFTWARE } from "../network/api_versions_handshake.ts";
import { apiVersions } from "../protocol/messages/api_versions.ts";
import { updateFeatures as updateFeaturesApi } from "../protocol/messages/update_features.ts";
import { sendCall, sendCallOnce } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import { apiError, apiOutcome, unexpectedAnswer } from "./api_error.ts";
import { sameText } from "./coordinator_lookup.ts";
import { outcomesOf } from "./outcome_call.ts";
import { throwIfNotController } from "./quota_violations.ts";

/** Levels of a feature. */
export interface FeatureVersionRange {
  /** The lowest. */
  readonly minVersion: number;
  /** The highest. */
  readonly maxVersion: number;
}

/** The features of a cluster. */
export interface FeatureMetadata {
  /** Levels that are switched on, by name. */
  readonly finalizedFeatures: ReadonlyMap<string, FeatureVersionRange>;
  /** Counts the changes of these; `null` when the node does not tell. */
  readonly finalizedFeaturesEpoch: number | null;
  /** Levels that the node knows, by name. */
  readonly supportedFeatures: ReadonlyMap<string, FeatureVersionRange>;
}

/** Options of {@linkcode describeFeatures}. */
export interface DescribeFeaturesOptions extends CallOptions {
  /** The node that is asked. Default: any. */
  readonly nodeId?: number;
}

/** A change of a feature. */
export interface FeatureUpdate {
  /** The level to switch on; 0 switches the feature off. */
  readonly maxVersionLevel: number;
  /** Whether the level may be lower than now, and whether metadata may be lost by that. Default: `UPGRADE`. */
  readonly upgradeType?: "UPGRADE" | "SAFE_DOWNGRADE" | "UNSAFE_DOWNGRADE";
}

/** Options of {@linkcode updateFeatures}. */
export interface UpdateFeaturesOptions extends CallOptions {
  /** Whether it is only checked if it could be done. Default: false. */
  readonly validateOnly?: boolean;
}

const UPGRADE_TYPES = { UPGRADE: 1, SAFE_DOWNGRADE: 2, UNSAFE_DOWNGRADE: 3 } as const;

/**
 * Describes the features.
 *
 * @throws {KafkaError} what the node says
 */
export async function describeFeatures(
  context: AdminContext,
  options: DescribeFeaturesOptions = {},
): Promise<FeatureMetadata> {
  return await context.run(options, (time) =>
    sendCallOnce(context, time, {
      name: "describeFeatures",
      destination: { to: options.nodeId ?? "any", orController: true },
      api: apiVersions,
      draft: () =>
        SOFTWARE,
    }, ({ errorCode, finalizedFeatures, finalizedFeaturesEpoch, supportedFeatures }) =>
      apiOutcome(errorCode, null, () => ({
        finalizedFeatures: new Map(
          finalizedFeatures.map(({ name, minVersionLevel, maxVersionLevel }) => [
            name,
            { minVersion: minVersionLevel, maxVersion: maxVersionLevel },
          ]),
        ),
        finalizedFeaturesEpoch: finalizedFeaturesEpoch < 0 ? null : finalizedFeaturesEpoch,
        supportedFeatures: new Map(
          supportedFeatures.map(({ name, ...range }) => [name, range]),
        ),
      }))));
}

/**
 * Changes features. When one cannot be changed none is.
 *
 * @throws {TypeError} without an update, or with one without a name
 */
export async function updateFeatures(
  context: AdminContext,
  updates: ReadonlyMap<string, FeatureUpdate>,
  options: UpdateFeaturesOptions = {},
): Promise<AdminResults<string, void>> {
  if (updates.size === 0) throw new TypeError("Feature updates can not be null or empty.");
  for (const feature of updates.keys()) {
    if (feature.trim() === "") throw new TypeError("Provided feature can not be empty.");
  }
  return await outcomesOf<string, void>(
    context,
    sameText,
    updates.keys(),
    options,
    (time, outcomes) =>
      sendCall(context, time, {
        name: "updateFeatures",
        destination: { to: "controller", orController: true },
        api: updateFeaturesApi,
        draft: ({ timeoutMs, version }) => ({
          timeoutMs,
          featureUpdates: Array.from(
            updates,
            ([feature, { maxVersionLevel, upgradeType = "UPGRADE" }]) => ({
              feature,
              maxVersionLevel,
              ...(version === 0
                ? { allowDowngrade: upgradeType !== "UPGRADE" }
                : { upgradeType: UPGRADE_TYPES[upgradeType] }),
            }),
          ),
          validateOnly: options.validateOnly ?? false,
        }),
      }, ({ errorCode, errorMessage, results }) => {
        throwIfNotController(context, [{ errorCode }]);
        const whole = apiError(errorCode, errorMessage);
        if (whole !== undefined) return outcomes.failRest(() => whole);
        for (const { feature, errorCode, errorMessage } of results) {
          const error = apiError(errorCode, errorMessage);
          if (error === undefined) outcomes.complete(feature, undefined);
          else outcomes.fail(feature, error);
        }
        // Later versions tell of the whole only.
        for (const feature of outcomes.left) {
          if (results.length === 0) outcomes.complete(feature, undefined);
          else {
            outcomes.fail(
              feature,
              unexpectedAnswer(
                `The controller response did not contain a result for feature ${feature}`,
              ),
            );
          }
        }
      }),
  );
}

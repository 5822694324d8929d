/**
 * UpdateFeatures (57): levels of features go up or down. Versions 0 to 2.
 *
 * @module
 */

import { errorCode, errorMessage, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  updateFeatures as api,
  type UpdateFeaturesRequest,
  type UpdateFeaturesResponse,
} from "../../../client/protocol/messages/update_features.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import {
  type KRaftVersionAccess,
  updateFeatures,
  UPGRADE_TYPE,
} from "../../controller/feature_changes.ts";
import type { RaftDriver } from "../../raft/raft_driver.ts";
import type { ApiHandler } from "../api_handler.ts";

/** The last version that tells of each feature by itself. */
const LAST_VERSION_WITH_RESULTS = 1;
const PREFIX = "The update failed for all features since the following feature had an error: ";

/** What the handler needs. */
export interface UpdateFeaturesOptions {
  /** Decides. */
  readonly controller: ControllerDriver;
  /** Has the version of the quorum. */
  readonly raft: RaftDriver;
}

/** Answers UpdateFeatures: has the controller decide. */
export function updateFeaturesHandler(
  { controller, raft }: UpdateFeaturesOptions,
): ApiHandler<UpdateFeaturesRequest, UpdateFeaturesResponse> {
  return {
    api,
    handle: async (request, { apiVersion }) => {
      const updates = request.featureUpdates.map((update) => ({
        ...update,
        // Version 0 told it so.
        upgradeType: update.allowDowngrade ? UPGRADE_TYPE.SAFE_DOWNGRADE : update.upgradeType,
      }));
      const { validateOnly } = request;
      try {
        await controller.submit((context) =>
          updateFeatures(context, { updates, validateOnly }, kraftVersionOf(raft))
        );
      } catch (error) {
        if (!(error instanceof KafkaError) || error.code !== "INVALID_UPDATE_VERSION") throw error;
        return { errorCode: errorCode(error.code), errorMessage: PREFIX + error.message };
      }
      return {
        errorMessage: null,
        results: apiVersion > LAST_VERSION_WITH_RESULTS
          ? []
          : updates.map(({ feature }) => ({ feature, errorMessage: "NONE" })),
      };
    },
    onError: (_request, error, message) => ({
      errorCode: errorCode(error),
      errorMessage: message ?? errorMessage(error),
    }),
  };
}

function kraftVersionOf(raft: RaftDriver): KRaftVersionAccess {
  return {
    version: raft.kraftVersion,
    upgrade: (version, validateOnly) => raft.upgradeKRaftVersion(version, validateOnly),
  };
}

/**
 * IncrementalAlterConfigs.
 *
 * @module
 */

import { errorCode, errorMessage } from "../../../client/protocol/error_codes.ts";
import {
  incrementalAlterConfigs as api,
  type IncrementalAlterConfigsRequest,
  type IncrementalAlterConfigsResponse,
} from "../../../client/protocol/messages/incremental_alter_configs.ts";
import type { ConfigStore } from "../../config/config_store.ts";
import { incrementalAlterConfigs } from "../../controller/config_changes.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import type { ApiHandler } from "../api_handler.ts";
import { alterConfigs } from "./config_alteration.ts";

/** What the handler needs. */
export interface IncrementalAlterConfigsOptions {
  /** Decides. */
  readonly controller: ControllerDriver;
  /** Says what this broker cannot have. */
  readonly configStore: Pick<ConfigStore, "validateAlteration">;
}

/** Answers IncrementalAlterConfigs: has the controller decide. */
export function incrementalAlterConfigsHandler(
  { controller, configStore }: IncrementalAlterConfigsOptions,
): ApiHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse> {
  return {
    api,
    handle: async (request) => ({
      responses: await alterConfigs(
        request.resources.map(({ resourceType, resourceName, configs }) => ({
          resource: { type: resourceType, name: resourceName },
          ops: configs.map(({ name, configOperation, value }) => ({
            name,
            operation: configOperation,
            value,
          })),
        })),
        {
          validate: (change) => configStore.validateAlteration(change, true),
          decide: (changes) =>
            controller.submit((context) => {
              const decision = incrementalAlterConfigs(context, changes);
              return request.validateOnly ? { ...decision, records: [] } : decision;
            }),
        },
      ),
    }),
    onError: (request, error, message) => ({
      responses: request.resources.map(({ resourceType, resourceName }) => ({
        resourceType,
        resourceName,
        errorCode: errorCode(error),
        errorMessage: message ?? errorMessage(error),
      })),
    }),
  };
}

/**
 * AlterConfigs, which Kafka has replaced by IncrementalAlterConfigs.
 *
 * @module
 */

import { errorCode, errorMessage } from "../../../client/protocol/error_codes.ts";
import {
  alterConfigs as api,
  type AlterConfigsRequest,
  type AlterConfigsResponse,
} from "../../../client/protocol/messages/alter_configs.ts";
import type { ConfigStore } from "../../config/config_store.ts";
import { ALTER_CONFIG_OP, legacyAlterConfigs } from "../../controller/config_changes.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import type { ApiHandler } from "../api_handler.ts";
import { alterConfigs } from "./config_alteration.ts";

/** What the handler needs. */
export interface AlterConfigsOptions {
  /** Decides. */
  readonly controller: ControllerDriver;
  /** Says what this broker cannot have. */
  readonly configStore: Pick<ConfigStore, "validateAlteration">;
}

/** Answers AlterConfigs: has the controller decide. */
export function alterConfigsHandler(
  { controller, configStore }: AlterConfigsOptions,
): ApiHandler<AlterConfigsRequest, AlterConfigsResponse> {
  return {
    api,
    handle: async (request) => ({
      responses: await alterConfigs(
        request.resources.map(({ resourceType, resourceName, configs }) => ({
          resource: { type: resourceType, name: resourceName },
          ops: configs.map(({ name, value }) => ({
            name,
            operation: ALTER_CONFIG_OP.SET,
            value,
          })),
        })),
        {
          validate: (change) => configStore.validateAlteration(change, false),
          decide: (changes) =>
            controller.submit((context) => {
              const decision = legacyAlterConfigs(context, changes);
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

import { randomUUID } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FunctionRegistry } from './process';
import type { CustomResourceDefinition, TemplateEnvironment } from './template';

interface CustomResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly Data?: Readonly<Record<string, unknown>>;
}

/**
 * Asks the template's functions for the resources that they make, as CloudFormation does when a stack is created; what they answer
 * becomes attributes of the resource.
 *
 * @param toLocal replaces names of AWS hosts in properties by what stands for them here
 * @throws when one answers that it failed, or not at all
 */
export async function createCustomResources(
  template: TemplateEnvironment, definitions: readonly CustomResourceDefinition[], functions: FunctionRegistry, toLocal: <T>(value: T) => T,
): Promise<void> {
  for (const definition of definitions) {
    const properties = toLocal(definition.resource.properties());
    template.provide(definition.resource, await create(definition, properties, functions));
  }
}

async function create(
  { resource, functionArn, stackId }: CustomResourceDefinition, properties: Readonly<Record<string, unknown>>, functions: FunctionRegistry,
): Promise<Readonly<Record<string, unknown>>> {
  const callback = await Callback.listen();
  try {
    await functions.invoke(functionArn, {
      RequestType: 'Create',
      ResponseURL: callback.url,
      StackId: stackId,
      RequestId: randomUUID(),
      ResourceType: resource.type,
      LogicalResourceId: resource.logicalId,
      ResourceProperties: properties,
    });
    const { Status, Reason, Data } = callback.answer ?? { Status: 'FAILED', Reason: 'it returned without an answer' };
    if (Status !== 'SUCCESS') throw new Error(`${resource.name} could not be made: ${Reason}`);
    return Data ?? {};
  } finally {
    callback.close();
  }
}

/** The presigned URL that CloudFormation would wait at. */
class Callback {
  static async listen(): Promise<Callback> {
    const callback = new Callback();
    await new Promise<void>(resolve => callback.server.listen(0, '127.0.0.1', resolve));
    return callback;
  }

  answer?: CustomResourceAnswer;
  private readonly server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.answer = JSON.parse(body) as CustomResourceAnswer;
    response.end();
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one operation answers: a body, or an error's name and message. */
export type Answer = string | object | { readonly error: string; readonly message?: string };

export interface Call {
  readonly operation: string;
  readonly body: string;
}

/** Answers as AWS does, over its own protocols: query and XML, JSON 1.1, REST. Whatever is not told is an error. */
export class FakeAws {
  static async start(): Promise<FakeAws> {
    const aws = new FakeAws();
    await new Promise<void>(resolve => aws.server.listen(0, '127.0.0.1', resolve));
    return aws;
  }

  readonly calls: Call[] = [];
  private answers: Readonly<Record<string, Answer>> = {};
  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  get env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_MAX_ATTEMPTS: '1',
    };
  }

  tell(answers: Readonly<Record<string, Answer>>): void {
    this.answers = answers;
    this.calls.length = 0;
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString();
    const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const query = new URLSearchParams(body).get('Action');
    const operation = target ?? query ?? `${request.method} ${request.url}`;
    this.calls.push({ operation, body });
    const answer = this.answers[operation] ?? { error: 'AccessDeniedException', message: `${operation} was not told` };
    const xml = target === undefined && query !== null;
    const failed = typeof answer === 'object' && 'error' in answer;
    response.writeHead(failed ? 400 : 200, {
      'content-type': xml ? 'text/xml' : 'application/x-amz-json-1.1', ...failed ? { 'x-amzn-errortype': String(answer.error) } : {},
    });
    if (!failed) response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    else if (xml) response.end(`<ErrorResponse><Error><Code>${answer.error}</Code><Message>${'message' in answer ? answer.message : ''}</Message></Error></ErrorResponse>`);
    else response.end(JSON.stringify({ __type: answer.error, message: 'message' in answer ? answer.message : '' }));
  }
}

/** `DescribeStacks` of stacks by their outputs. */
export function stacks(byName: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const outputs = (values: Readonly<Record<string, string>>) => Object.entries(values)
    .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`).join('');
  const members = Object.entries(byName).map(([name, values]) => `<member><StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>
    <CreationTime>2026-11-01T00:00:00Z</CreationTime><Outputs>${outputs(values)}</Outputs></member>`).join('');
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks>${members}</Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

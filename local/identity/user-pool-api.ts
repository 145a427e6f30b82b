/** Of Cognito's own API what an administrator of users needs: `AdminCreateUser`, in JSON 1.1 as the SDKs speak it. */
import * as http from 'node:http';
import { Accounts } from './accounts';

const SERVICE = 'AWSCognitoIdentityProviderService';
const MOST_BODY_BYTES = 10_000;

interface CreateUser {
  readonly UserPoolId?: string;
  readonly Username?: string;
}

/** @returns false when it is no call of that API */
export async function answerUserPoolApi(
  request: http.IncomingMessage, response: http.ServerResponse, accounts: Accounts, poolId: string, idOf: (user: string) => string,
): Promise<boolean> {
  const [service, action] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (request.method !== 'POST' || service !== SERVICE) return false;
  const { UserPoolId, Username } = await readBody(request);
  if (action !== 'AdminCreateUser') {fail(response, 'UnknownOperationException', `The local user pool has no ${action}`);} else if (UserPoolId !== poolId) {fail(response, 'ResourceNotFoundException', `User pool ${UserPoolId} does not exist.`);} else if (!/^[^\s@<>"]+@[^\s@<>"]+$/.test(Username ?? '')) {fail(response, 'InvalidParameterException', 'Username should be an email.');} else if (!accounts.add(Username!)) {fail(response, 'UsernameExistsException', 'An account with the given email already exists.');} else {
    send(response, 200, {
      User: {
        Username: idOf(Username!),
        Enabled: true,
        UserStatus: 'FORCE_CHANGE_PASSWORD',
        UserCreateDate: Date.now() / 1000,
        Attributes: [{ Name: 'email', Value: Username }],
      },
    });
  }
  return true;
}

async function readBody(request: http.IncomingMessage): Promise<CreateUser> {
  let body = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if ((body += chunk.toString('utf8')).length > MOST_BODY_BYTES) return {};
  }
  return JSON.parse(body || '{}') as CreateUser;
}

function fail(response: http.ServerResponse, type: string, message: string): void {
  send(response, 400, { __type: type, message });
}

function send(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

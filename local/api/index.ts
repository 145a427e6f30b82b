export { CognitoAuthorizer } from './authorizer';
export { RestApi } from './rest-api';

export { CognitoAuthorizer } from './authorizer';
export { FrontDoor } from './front-door';
export { RestApi } from './rest-api';

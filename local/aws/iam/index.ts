export { type Usage } from './grant-usage';
export { operatorArn, PolicyAuthorizer } from './policy-authorizer';
export {
  type NamedPolicy, type PolicyDocument, type PolicyStatement, type PrincipalPolicies, type ResourcePolicy,
} from './policy-document';
export { type Grant } from './statement';

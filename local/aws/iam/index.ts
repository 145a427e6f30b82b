export { operatorArn, PolicyAuthorizer, type PolicyAuthorizerOptions, type Usage } from './policy-authorizer';
export {
  type NamedPolicy, type PolicyDocument, type PolicyStatement, type PrincipalPolicies, type ResourcePolicy, UnsupportedPolicy,
} from './policy-document';
export { type Grant } from './statement';

import { ACCESS_ATTRIBUTES } from './access';
import { COMPUTE_ATTRIBUTES } from './compute';
import { STORAGE_ATTRIBUTES } from './storage';
import { AttributeTable } from './types';

/** Local values of `Ref` and `Fn::GetAtt`, by CloudFormation type. */
export const ATTRIBUTES: AttributeTable = { ...STORAGE_ATTRIBUTES, ...COMPUTE_ATTRIBUTES, ...ACCESS_ATTRIBUTES };
export { type LocalEndpoints } from './types';

/**
 * Keys of the catalog table. Each video is one item; its likes, views and idempotency keys are items of their own.
 *
 * | pk              | sk              | item                                   |
 * |-----------------|-----------------|----------------------------------------|
 * | `VIDEO#{id}`    | `VIDEO`         | the video, its lease and its counters  |
 * | `VIDEO#{id}`    | `LIKE#{user}`   | a like, once a user                    |
 * | `VIDEO#{id}`    | `VIEW#{event}`  | a view already counted (expires)       |
 * | `UPLOAD#{user}` | `KEY#{key}`     | an idempotency key (expires)           |
 *
 * The index lists an owner's videos, newest first; only video items carry its keys.
 */
export const CATALOG_PARTITION_KEY = 'pk';
export const CATALOG_SORT_KEY = 'sk';
export const CATALOG_OWNER_INDEX = 'byOwner';
export const CATALOG_OWNER_KEY = 'ownerId';
export const CATALOG_CREATED_KEY = 'createdAt';
/** Epoch seconds after which DynamoDB may delete the item. */
export const CATALOG_EXPIRY_ATTRIBUTE = 'expiresAt';

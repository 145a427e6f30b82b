/** What CloudFront checks signatures with: public keys in one key group, and the secrets of path tokens in a key value store. */
export interface EdgeKeys {
  /** @returns CloudFront's id of the key. Repeating it with the same name and key gives the same id. */
  publish(name: string, publicKeyPem: string): Promise<string>;
  /** @returns the group's id; the group of this name is taken if there is one. */
  createGroup(publicKeyIds: readonly string[]): Promise<string>;
  /** Whether the group holds exactly these. */
  groupHolds(keyGroupId: string, publicKeyIds: readonly string[]): Promise<boolean>;
  /** The group then holds exactly these. */
  setGroup(keyGroupId: string, publicKeyIds: readonly string[]): Promise<void>;
  /** The store then holds exactly these, by key id. */
  setTokenKeys(keys: Readonly<Record<string, string>>): Promise<void>;
  /** Deletes the published keys of this platform but these: those that a rotation retired, or that one cut short left behind. */
  removeOthers(publicKeyIds: readonly string[]): Promise<void>;
  /** Deletes group and keys. What is not there is no error. */
  removeAll(): Promise<void>;
}

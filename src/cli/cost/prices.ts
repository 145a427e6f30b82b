/**
 * The one price table, list prices in US dollars without tax, free tiers or discounts.
 *
 * Published list prices as of 2026-11-25. Those of interface endpoints, web ACLs, keys, alarms and secrets, which make the idle bill, were looked
 * up; the others are as generally published, and the page named beside each says what holds. Look again once a year.
 */
export const PRICES_AS_OF = '2026-11-25';

/** A month as AWS's own calculator counts it. */
export const HOURS_PER_MONTH = 730;

/** Of the lowest tier of use. */
export interface RegionPrices {
  /** Per zone and hour: https://aws.amazon.com/privatelink/pricing/ */
  readonly interfaceEndpointHour: number;
  /** Per GB through an interface endpoint: the same page. */
  readonly interfaceEndpointGb: number;
  /** https://aws.amazon.com/vpc/pricing/ */
  readonly natGatewayHour: number;
  /** Per IP address and hour, in use or idle: the same page. */
  readonly publicIpv4Hour: number;
  /** Per ACL and month: https://aws.amazon.com/waf/pricing/ */
  readonly webAcl: number;
  /** Per rule or rule group and month: the same page. */
  readonly webAclRule: number;
  /** Per key and month; its first two rotations each add as much: https://aws.amazon.com/kms/pricing/ */
  readonly kmsKey: number;
  /** Per secret and month: https://aws.amazon.com/secrets-manager/pricing/ */
  readonly secret: number;
  /** Per metric that an alarm of standard resolution reads, per month: https://aws.amazon.com/cloudwatch/pricing/ */
  readonly alarmMetric: number;
  /** Per composite alarm and month: the same page. */
  readonly compositeAlarm: number;
  /** Per dashboard and month: the same page. */
  readonly dashboard: number;
  /** Per GB taken in, standard class: the same page. */
  readonly logGb: number;
  /** Linux on ARM, per vCPU and hour: https://aws.amazon.com/fargate/pricing/ */
  readonly fargateArmVcpuHour: number;
  readonly fargateArmGbHour: number;
  /** Linux on x86. */
  readonly fargateX86VcpuHour: number;
  readonly fargateX86GbHour: number;
  /** Scratch space over the 20 GB that are included, per GB and hour. */
  readonly fargateStorageGbHour: number;
  /** S3 Standard, per GB and month: https://aws.amazon.com/s3/pricing/ */
  readonly s3GbMonth: number;
  /** Per 1,000 PUT, POST, COPY and LIST requests. */
  readonly s3Put1000: number;
  /** Per million write request units, on demand: https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  readonly dynamoWriteMillion: number;
  /** Per million requests, REST API: https://aws.amazon.com/api-gateway/pricing/ */
  readonly apiMillion: number;
  /** Per GB to viewers in North America and Europe: https://aws.amazon.com/cloudfront/pricing/ */
  readonly cloudFrontGb: number;
}

const US_EAST_1: RegionPrices = {
  interfaceEndpointHour: 0.01,
  interfaceEndpointGb: 0.01,
  natGatewayHour: 0.045,
  publicIpv4Hour: 0.005,
  webAcl: 5,
  webAclRule: 1,
  kmsKey: 1,
  secret: 0.4,
  alarmMetric: 0.1,
  compositeAlarm: 0.5,
  dashboard: 3,
  logGb: 0.5,
  fargateArmVcpuHour: 0.03238,
  fargateArmGbHour: 0.00356,
  fargateX86VcpuHour: 0.04048,
  fargateX86GbHour: 0.004445,
  fargateStorageGbHour: 0.000111,
  s3GbMonth: 0.023,
  s3Put1000: 0.005,
  dynamoWriteMillion: 0.625,
  apiMillion: 3.5,
  cloudFrontGb: 0.085,
};

const PRICES: Readonly<Record<string, RegionPrices>> = {
  'us-east-1': US_EAST_1,
  'eu-west-1': {
    ...US_EAST_1,
    interfaceEndpointHour: 0.011,
    natGatewayHour: 0.048,
    logGb: 0.57,
    fargateStorageGbHour: 0.000122,
    dynamoWriteMillion: 0.705,
  },
};

/** Fargate Spot moves with demand; AWS promises "up to 70 % off" (Fargate pricing page), and it is seldom far from that. */
export const SPOT_DISCOUNT = 0.7;

export const PRICED_REGIONS: readonly string[] = Object.keys(PRICES);

/** @throws when the table has no column for the region */
export function pricesOf(region: string): RegionPrices {
  const prices = PRICES[region];
  if (prices) return prices;
  throw new Error(`There are no prices for region '${region}'. Known are ${PRICED_REGIONS.join(', ')}: pass the nearest with --region.`);
}

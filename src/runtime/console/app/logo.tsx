/** Three renditions of one video. */
export function Logo({ size = 26 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="var(--color-accent)" />
      <g fill="#fff">
        <rect x="8" y="8" width="3.6" height="16" rx="1.8" />
        <rect x="14.2" y="11" width="3.6" height="10" rx="1.8" opacity=".86" />
        <rect x="20.4" y="14" width="3.6" height="4" rx="1.8" opacity=".7" />
      </g>
    </svg>
  );
}

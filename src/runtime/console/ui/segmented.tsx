export interface SegmentedProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: ReadonlyArray<readonly [V, string]>;
  readonly onChange: (value: V) => void;
  /** As wide as what it stands in. */
  readonly wide?: boolean;
}

/** A radio group that looks like one control: arrows move, as the platform has it. */
export function Segmented<V extends string>({ label, value, options, onChange, wide = false }: SegmentedProps<V>) {
  return (
    <fieldset class={`${wide ? 'flex' : 'inline-flex'} max-w-full overflow-x-auto rounded-md border border-line bg-sunken p-0.5`}>
      <legend class="sr-only">{label}</legend>
      {options.map(([option, text]) => (
        <label key={option} class="relative grow">
          <input type="radio" name={label} class="peer absolute inset-0 size-full cursor-pointer appearance-none rounded-[0.4rem]"
            checked={option === value} onChange={() => onChange(option)} />
          <span class="pointer-events-none relative flex h-7.5 items-center justify-center rounded-[0.4rem] border border-transparent px-3 text-sm font-medium
            whitespace-nowrap text-muted peer-hover:text-ink peer-checked:border-line peer-checked:bg-raised peer-checked:text-ink
            peer-checked:shadow-card">
            {text}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

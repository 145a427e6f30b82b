import type { LucideIcon } from 'lucide-preact';
import type { ComponentChildren, JSX } from 'preact';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

const LOOKS: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent shadow-card',
  secondary: 'bg-raised text-ink border-line hover:border-edge shadow-card',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-hover',
  danger: 'bg-transparent text-bad border-transparent hover:bg-bad-soft',
};

const SHAPE = 'inline-flex items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap select-none '
  + 'transition-colors duration-100 disabled:opacity-50';

interface Appearance {
  readonly look?: Look;
  readonly small?: boolean;
  readonly icon?: LucideIcon;
  readonly children?: ComponentChildren;
  readonly class?: string;
}

export type ButtonProps = Appearance & Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, keyof Appearance>;
export function buttonClass({ look = 'secondary', small = false, class: more = '' }: Appearance): string {
  return `${SHAPE} ${LOOKS[look]} ${small ? 'h-8 px-2.5 text-sm' : 'h-9 px-3.5 text-base'} ${more}`;
}

export function Button({ look, small, icon: Icon, children, class: more, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} class={buttonClass({ look, small, class: more })}>
      {Icon && <Icon size={16} aria-hidden="true" />}
      {children}
    </button>
  );
}

export type IconButtonProps = Omit<ButtonProps, 'children' | 'icon'> & { readonly icon: LucideIcon; readonly label: string };

/** A square of at least 32 px with a name for screen readers and a tooltip for the rest. */
export function IconButton({ look = 'quiet', small, icon: Icon, label, class: more = '', ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} aria-label={label} title={label}
      class={`${SHAPE} ${LOOKS[look]} ${small ? 'size-8' : 'size-9'} shrink-0 ${more}`}>
      <Icon size={small ? 16 : 18} aria-hidden="true" />
    </button>
  );
}

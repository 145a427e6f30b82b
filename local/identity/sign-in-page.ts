import { emailOf } from './accounts';

/** What Cognito's managed login would show; here nobody has a password. */
const STYLE = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { min-height: 100vh; margin: 0; display: grid; place-items: center; background: light-dark(#f7f7fa, #131318); color: light-dark(#1b1a24, #f4f4f6); }
  main { width: min(22rem, calc(100vw - 2rem)); padding: 2rem; border: 1px solid light-dark(#e2e1ea, #34333f); border-radius: 16px; background: light-dark(#fff, #1c1b23); }
  h1 { margin: 0 0 .25rem; font-size: 1.25rem; }
  p { margin: 0 0 1.25rem; color: light-dark(#5d5b6b, #aaa8b8); }
  form { display: grid; gap: .6rem; }
  button { font: inherit; font-weight: 600; padding: .7rem 1rem; text-align: left; border: 1px solid light-dark(#cfcdda, #4a4957); border-radius: 10px; background: none; color: inherit; cursor: pointer; }
  button:hover { border-color: #6a5ae0; }
  button:focus-visible { outline: 2px solid #6a5ae0; outline-offset: 2px; }
`;

export function accountsPage(accounts: readonly string[], action: string): string {
  const buttons = accounts.map(account => `<button name="account" value="${escapeHtml(account)}">Continue as ${escapeHtml(emailOf(account))}</button>`);
  return page('Sign in', `<p>This machine stands for the user pool. Choose an account.</p>
    <form method="post" action="${escapeHtml(action)}">${buttons.join('')}</form>`);
}

export function refusalPage(code: string): string {
  return page('This sign-in request is not valid', `<p>${escapeHtml(code)}</p>`);
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${STYLE}</style><main><h1>${title}</h1>${content}</main></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
}

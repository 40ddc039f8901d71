/* What the wallet of the demo tells the chat: who is signed in, and how it looks. See docs/develop/embed.md. */

const { user, theme } = document.documentElement.dataset;
window.walletdeskSettings = {
  theme: theme || "auto",
  // null says that nobody is signed in here: the chat forgets whoever was before
  token: async () => (user ? (await (await fetch(`/demo/token/?user=${user}`)).json()).token : null),
};

/* The transcript as a file of the customer's. Loaded when one asks for it. */

const SAVES_NOTHING = /MicroMessenger|QQ\/|Weibo|Bytedance|TikTok|musical_ly/i; // browsers inside apps

/** Save it. Returns the text where it has to be shown instead. */
export async function save(api) {
  const text = await api.transcript();
  if (SAVES_NOTHING.test(navigator.userAgent)) return text;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = `${api.brand}-${api.conversation}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return null;
}

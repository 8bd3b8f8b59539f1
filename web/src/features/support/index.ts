export { NewSupport } from "./new-support.tsx";
export { SupportList } from "./support-list.tsx";
export { SupportNotice } from "./support-notice.tsx";
export { startSupport, waitingCustomers } from "./support-notices.ts";
export { SupportPage } from "./support-page.tsx";
export { SupportPane } from "./support-pane.tsx";

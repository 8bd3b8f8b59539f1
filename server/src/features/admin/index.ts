export { Admin } from "./admin.service.ts";

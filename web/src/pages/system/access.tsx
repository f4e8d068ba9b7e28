/** Users and keys: of the team for admins, one's own for everybody. */
import { useMay } from '../../core/access';
import { Keys } from './keys';
import { Password } from './password';
import { Users } from './users';

export function Access() {
  const admin = useMay('admin');
  return (
    <div class="system-access">
      {admin && <Users />}
      <Keys />
      <Password />
    </div>
  );
}

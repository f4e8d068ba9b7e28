import { useStore } from '../../core/store';
import { where } from '../../core/router';
import { List } from './list';
import { ProfilePage } from './profile';

/** #/drivers, #/drivers/VER, #/drivers/team/red_bull. */
export function Drivers() {
  const at = useStore(where, w => w);
  const [first, second] = at.rest;
  if (first === 'team' && second) return <ProfilePage kind="team" id={second} />;
  if (first && first !== 'team') return <ProfilePage kind="driver" id={first} />;
  return <List />;
}
